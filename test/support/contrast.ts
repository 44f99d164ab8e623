// Finds text on a page that does not stand out enough from what is behind it (WCAG 2.2, 1.4.3, level AA).
import type { BrowserWindow } from './browser-window.js';

const everyText = 'h1, p, label, button, input, a, #scratchPad';

/** Visible texts below 4.5 to 1, with their ratio. */
export function lowContrasts(window: Pick<BrowserWindow, 'read'>, texts = everyText): Promise<string[]> {
  return window.read<string[]>(`(${String(findLowContrasts)})(${JSON.stringify(texts)})`);
}

/** Runs in the page, so it may use nothing from outside itself. */
function findLowContrasts(texts: string): string[] {
  type Colour = [red: number, green: number, blue: number, alpha: number];

  function parse(colour: string): Colour {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
    return [red, green, blue, alpha];
  }

  function backgroundOf(element: Element | null): Colour {
    if (element === null) return [255, 255, 255, 1];
    const colour = parse(getComputedStyle(element).backgroundColor);
    return colour[3] === 1 ? colour : backgroundOf(element.parentElement);
  }

  function luminance([red, green, blue]: Colour): number {
    const [r = 0, g = 0, b = 0] = [red, green, blue].map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function ratio(one: Colour, other: Colour): number {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  return [...document.querySelectorAll(texts)]
    .filter((element) => element.checkVisibility())
    .map((element) => ({
      element,
      contrast: ratio(parse(getComputedStyle(element).color), backgroundOf(element)),
    }))
    .filter(({ contrast }) => contrast < 4.5)
    .map(({ element, contrast }) => `${element.textContent} ${contrast.toFixed(2)}`);
}
