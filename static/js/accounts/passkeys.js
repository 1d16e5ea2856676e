// Creates a passkey, or requests one, and submits it with its form. A page marks the form with
// data-passkey="add" or "give"; the options for the device are in a JSON element that it names, or
// at the URL in data-options-from. Without support for passkeys the form stays hidden.

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const textOf = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const withBytes = (known) => ({ ...known, id: bytesOf(known.id) });

/** The server's options for the device: base64url becomes bytes. */
function asked({ publicKey }) {
  const wanted = { ...publicKey, challenge: bytesOf(publicKey.challenge) };
  if (wanted.user) wanted.user = withBytes(wanted.user);
  for (const list of ["allowCredentials", "excludeCredentials"])
    if (wanted[list]) wanted[list] = wanted[list].map(withBytes);
  return { publicKey: wanted };
}

/** The device's answer as JSON: bytes become base64url. */
function answered(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[part]) response[part] = textOf(credential.response[part]);
  return JSON.stringify({
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    response,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

const WHY = {
  NotAllowedError: "Passkey not used. It was cancelled, timed out, or this device has no passkey for HitouchCX.",
  InvalidStateError: "This device already has a passkey for your account.",
  NotSupportedError: "This device doesn’t support passkeys. Try another device or another way to log in.",
  SecurityError: "Passkeys don’t work on this address.",
  AbortError: "The request was cancelled. Try again.",
};
const OTHERWISE = "Something went wrong. Try again, or log in another way.";

async function optionsOf(form) {
  const { options, optionsFrom } = form.dataset;
  if (options) return JSON.parse(document.getElementById(options).textContent);
  const answer = await fetch(optionsFrom, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return answer.json();
}

async function run(form) {
  const wanted = asked(await optionsOf(form));
  const make = form.dataset.passkey === "add";
  const credential = await (make ? navigator.credentials.create(wanted) : navigator.credentials.get(wanted));
  form.elements.credential.value = answered(credential);
  form.submit();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const said = form.querySelector("[role=status]");
  if (!window.PublicKeyCredential || !navigator.credentials) continue;
  form.hidden = false;
  document.getElementById(form.dataset.insteadOf)?.setAttribute("hidden", "");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    said.textContent = "";
    try {
      await run(form);
    } catch (fault) {
      said.textContent = WHY[fault.name] ?? OTHERWISE;
    }
  });
}
