// A photo of a note, sent as soon as it is chosen.

import { byId } from "./dom.js";
import { photograph } from "./server.js";

const chosen = byId("photo");
const help = byId("texting");

chosen.addEventListener("change", async () => {
  const [file] = chosen.files;
  if (!file) return;
  try {
    await photograph(file);
    help.textContent = "";
  } catch (error) {
    help.textContent = error.message;
  }
  chosen.value = "";
});
