// Elements found and made. Words go in as text, never as markup.

export const byId = (id) => document.getElementById(id);

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function isTyping() {
  const focused = document.activeElement;
  return Boolean(focused) && focused.matches("input:not([type=checkbox]), textarea, select");
}

// The focus must not stay on what is hidden or cannot be used any more.
export function rescueFocus(...places) {
  const focused = document.activeElement;
  const lost = !focused || focused === document.body || focused.disabled || !focused.checkVisibility();
  if (lost) places.find((place) => !place.disabled && place.checkVisibility())?.focus();
}
