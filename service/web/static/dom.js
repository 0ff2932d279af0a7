// Makes elements without HTML in strings, so that no text can be read as markup.

/** Make an element with properties (a name with a hyphen, or role, becomes an attribute) and children. */
export function makeElement(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Make the icon of a label, for the eye alone. */
export function makeIcon(label) {
  const icon = makeElement("span", { className: "icon", "aria-hidden": "true" });
  icon.dataset.icon = label;
  return icon;
}

export const byId = (id) => document.getElementById(id);

/** Write a share of 1 as a percentage. */
export const formatPercent = (share) => (share > 0 && share < 0.005 ? "<1%" : `${Math.round(100 * share)}%`);

/** Write a number with its noun, in the plural unless it is 1: "1 sentence", "2 sentences". */
export const formatCount = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
