// Reads the text of one setting: each of these makes a schema from a text to a value, and says what is allowed.
import * as v from 'valibot';

export function wholeNumber(min: number, max: number) {
  const message = `has to be a whole number from ${min} to ${max}`;
  return v.pipe(
    v.string(),
    v.regex(/^\d+$/, message),
    v.transform(Number),
    v.minValue(min, message),
    v.maxValue(max, message),
  );
}

export function oneOf<const Options extends readonly string[]>(options: Options) {
  return v.picklist(options, `has to be one of ${options.join(', ')}`);
}

export function yesOrNo() {
  return v.pipe(
    oneOf(['true', 'false', '1', '0']),
    v.transform((text) => text === 'true' || text === '1'),
  );
}

export function onOrOff() {
  return v.pipe(
    oneOf(['on', 'off', 'true', 'false', '1', '0']),
    v.transform((text) => text === 'on' || text === 'true' || text === '1'),
  );
}

/** `/a/b`, or empty; a slash at the end is taken off. */
export function path() {
  return v.pipe(
    v.string(),
    v.transform((text) => text.replace(/\/+$/, '')),
    v.regex(/^(\/[\w.~-]+)*$/, 'has to be a path such as /parley'),
  );
}

export function origins() {
  const message = 'has to be origins such as https://example.org, with commas between them, or *, or null';
  return v.pipe(
    v.string(),
    v.transform((text) =>
      text
        .split(',')
        .map((origin) => origin.trim())
        .filter((origin) => origin !== ''),
    ),
    v.array(v.pipe(v.string(), v.check(isOrigin, message))),
  );
}

function isOrigin(text: string): boolean {
  if (text === '*' || text === 'null') return true;
  return URL.canParse(text) && new URL(text).origin === text.toLowerCase();
}
