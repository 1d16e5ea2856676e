// A section of the profile form: drafts, tags, PIN codes and counters.

import { askFluency } from "./fluency.js";
import { Draft } from "./draft.js";
import { fillPlaces } from "./postcode.js";
import { pickFrom } from "./pick.js";
import { countLetters } from "./letters.js";

const form = document.querySelector("form[data-draft]");
if (form) {
  for (const kind of ["skills", "languages"]) {
    const input = form.elements[kind];
    if (input) pickFrom(input, document.getElementById(`${kind}-words`));
  }
  if (document.getElementById("fluency")) askFluency(form);
  for (const part of form.querySelectorAll("[data-pins]")) fillPlaces(part);
  for (const box of form.querySelectorAll("textarea[maxlength]")) countLetters(box);
  new Draft(form).begin();
}
