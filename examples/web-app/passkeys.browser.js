"use strict";

// In the browser: makes a passkey, or signs in with one. The options come with the page, in a hidden field, and the result goes back in
// the same field when the form is sent. So this script asks for nothing, and keeps nothing.

(() => {
  const CEREMONIES = {
    create: (options) => {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
      return navigator.credentials.create({ publicKey });
    },
    get: (options) => {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
      return navigator.credentials.get({ publicKey });
    },
  };

  const UNSUPPORTED = "This browser does not support passkeys, or not on this page.";

  /** By the name of the error: https://www.w3.org/TR/webauthn-3/#sctn-createCredential, and "get" likewise. */
  const PROBLEMS = {
    NotAllowedError:
      "The passkey was not used: you cancelled, it took too long, or this device has no passkey of yours.",
    InvalidStateError: "This device has a passkey for you already.",
    NotSupportedError: "This device cannot make a passkey that this site accepts.",
    SecurityError:
      "The browser does not allow passkeys on this page: its address is not that of the passkeys.",
  };

  const isSupported = () =>
    typeof PublicKeyCredential === "function" &&
    typeof PublicKeyCredential.parseCreationOptionsFromJSON === "function" &&
    typeof PublicKeyCredential.parseRequestOptionsFromJSON === "function";

  function start(field) {
    const { form } = field;
    const button = form.querySelector("button");
    const problem = form.querySelector("[role=alert]");
    const say = (text) => {
      problem.textContent = text;
      problem.hidden = text === "";
    };
    if (!isSupported()) {
      say(UNSUPPORTED);
      return;
    }
    say("");
    button.disabled = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      say("");
      button.disabled = true;
      try {
        const credential = await CEREMONIES[field.dataset.passkey](
          JSON.parse(field.dataset.options),
        );
        field.value = JSON.stringify(credential);
        // Not `requestSubmit`, which would begin again.
        form.submit();
      } catch (error) {
        say(PROBLEMS[error.name] ?? `The passkey could not be used (${error.name}).`);
        button.disabled = false;
      }
    });
  }

  for (const field of document.querySelectorAll("[data-passkey]")) start(field);
})();
