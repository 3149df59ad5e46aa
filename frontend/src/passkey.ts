// Asks the device for a passkey and sends its answer with the form. Without it the form stays hidden.
const bytes = (text: string): ArrayBuffer =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0)).buffer;

const text = (buffer: ArrayBuffer | null): string | null =>
  buffer &&
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

type Described = { id: string; type: "public-key" };
const described = (list: Described[] = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

async function ask(form: HTMLFormElement): Promise<string> {
  const { publicKey } = JSON.parse(form.dataset.options ?? "{}");
  publicKey.challenge = bytes(publicKey.challenge);
  if (form.dataset.passkey === "create") {
    publicKey.user.id = bytes(publicKey.user.id);
    publicKey.excludeCredentials = described(publicKey.excludeCredentials);
    return answer((await navigator.credentials.create({ publicKey })) as PublicKeyCredential);
  }
  publicKey.allowCredentials = described(publicKey.allowCredentials);
  return answer((await navigator.credentials.get({ publicKey })) as PublicKeyCredential);
}

function answer(credential: PublicKeyCredential): string {
  const given = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  const response: Record<string, string | null> = { clientDataJSON: text(given.clientDataJSON) };
  if (given.attestationObject) response.attestationObject = text(given.attestationObject);
  else {
    response.authenticatorData = text(given.authenticatorData);
    response.signature = text(given.signature);
    response.userHandle = text(given.userHandle);
  }
  return JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

export function attachPasskey(element: HTMLElement): void {
  const form = element as HTMLFormElement;
  if (!window.PublicKeyCredential) return;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = form.elements.namedItem("answer") as HTMLInputElement;
    ask(form).then(
      (given) => { field.value = given; form.submit(); },
      () => form.querySelector("[data-passkey-failed]")?.removeAttribute("hidden"),
    );
  });
}
