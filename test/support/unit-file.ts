// Reads a systemd unit as far as the tests need it: which settings there are, and the commands for one instance.
import { readShipped } from './nginx.js';

export interface UnitFile {
  /** The values of a setting of any section, in order, with `%i` filled in. */
  values(name: string): string[];
  /** The one value of a setting. @throws when there is none, or more */
  value(name: string): string;
  /** The one command of a setting: its program, then its arguments. */
  command(name: string): [program: string, ...args: string[]];
  /** The settings, without those of these names. */
  without(...names: string[]): string[];
}

export function readUnit(name: string, instance = ''): UnitFile {
  const lines = readShipped(name)
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .map((line) => line.replaceAll('%i', instance));
  const values = (setting: string): string[] =>
    lines.filter((line) => line.startsWith(`${setting}=`)).map((line) => line.slice(setting.length + 1));

  function value(setting: string): string {
    const [only, ...more] = values(setting);
    if (only === undefined || more.length > 0) throw new Error(`${name} has no single ${setting}.`);
    return only;
  }

  return {
    values,
    value,
    command(setting) {
      const [program = '', ...args] = value(setting).split(' ');
      return [program, ...args];
    },
    without: (...names) => lines.filter((line) => !names.some((setting) => line.startsWith(`${setting}=`))),
  };
}
