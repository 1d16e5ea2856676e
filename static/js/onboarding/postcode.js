// Fills in city and state by PIN code, unless the user has edited them.

const PIN = /^[1-9][0-9]{5}$/;

export function fillPlaces(part) {
  const field = (name) => part.querySelector(`[name$=_${name}]`);
  const [pin, city, state] = [field("pin"), field("city"), field("state")];
  const said = part.querySelector("[data-place]");
  const filled = new Map();

  const put = (input, value) => {
    if (input.value && input.value !== filled.get(input)) return;
    filled.set(input, value);
    if (input.value === value) return;
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const doubt = (place) => {
    if (!place) return "This PIN code is not in our list. If you're sure it's correct, leave it as it is.";
    if (state.value && state.value !== place.state) return `This PIN code is in ${place.state}. Check the state.`;
    return `${place.district}, ${place.state}`;
  };

  let asked = "";
  let place = null;
  const look = async () => {
    const typed = pin.value.normalize("NFKC").replace(/[\s-]/g, "");
    if (!PIN.test(typed)) {
      said.textContent = asked = "";
      return;
    }
    if (typed !== asked) {
      asked = typed;
      const answer = await fetch(part.dataset.pins.replace("000000", typed)).catch(() => null);
      if (asked !== typed || !answer || (!answer.ok && answer.status !== 404)) return;
      place = answer.ok ? await answer.json() : null;
      if (place) {
        put(city, place.city);
        put(state, place.state);
      }
    }
    said.textContent = doubt(place);
  };
  pin.addEventListener("input", look);
  state.addEventListener("change", look);
}
