// What the page shows to somebody who is in no call: who is here, what to do when nobody is, missed calls. Pure.
import type { Missed, Online } from './phone-states.js';

export interface PeopleScreen {
  is: 'people';
  people: readonly NameRow[];
  /** What to know about the list, or to do when it is empty. */
  hint: string;
  /** Show the address that brings others here. */
  invites: boolean;
  missed: readonly Missed[];
  /** Whom one may want to call now. */
  again: string | undefined;
}

export interface NameRow {
  /** Different for each row of a list. */
  key: string;
  name: string;
  remark: string;
  /** A call is not likely to be taken. */
  isBusy: boolean;
}

/** The server's own limit of its list. [U14] */
const maxListed = 100;

export function peopleScreen({ people, missed, news }: Online): PeopleScreen {
  const listed = typeof people === 'string' ? [] : people;
  const rows = listed.map((user) => ({
    key: user.name,
    name: user.name,
    remark: user.busy ? 'in a call' : '',
    isBusy: user.busy,
  }));
  return {
    is: 'people',
    people: rows.sort((one, other) => one.name.localeCompare(other.name)),
    hint: hintOf(people),
    invites: typeof people !== 'string' && people.length === 0,
    missed,
    again: news?.again,
  };
}

function hintOf(people: Online['people']): string {
  if (people === 'unknown') return 'Looking who is here...';
  if (people === 'hidden') {
    return 'This server does not show who is here. Ask the other person for the name, and call it below.';
  }
  if (people.length === 0) {
    return 'Nobody else is here yet. Send the address of this page to somebody, or open it in another window. Whoever logs in appears here.';
  }
  return people.length < maxListed ? '' : 'Only the first 100 are shown. Others you can call by name.';
}
