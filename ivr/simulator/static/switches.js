// Switches that this browser remembers.

import { byId } from "./dom.js";

export function remembered(id, changed = () => {}) {
  const box = byId(id);
  const kept = localStorage.getItem(`absence-line-${id}`);
  if (kept !== null) box.checked = kept === "on";
  box.addEventListener("change", () => {
    localStorage.setItem(`absence-line-${id}`, box.checked ? "on" : "off");
    changed(box.checked);
  });
  return box;
}
