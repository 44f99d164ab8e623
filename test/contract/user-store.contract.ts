// What every place that keeps users promises. A test file runs it for each implementation.
import { beforeEach, describe, expect, test } from 'vitest';
import type { UserName } from '../../server/protocol/parse-user-name.js';
import type { SecretHash } from '../../server/protocol/secrets.js';
import type { ConnectionId, User, UserRule, Users } from '../../server/users/user-rules.js';
import type { UserStore } from '../../server/users/user-store.js';

const ann = 'ann' as UserName;
const bob = 'bob' as UserName;

function online(name: UserName, call: Extract<User, { state: 'online' }>['call'] = { state: 'none' }): User {
  return { state: 'online', connection: `connection of ${name}` as ConnectionId, written: name, call };
}

/** A rule that only writes. */
function write(users: Users): UserRule<undefined> {
  return () => ({ users, notices: [], outcome: undefined });
}

/** A rule that only looks. */
const look: UserRule<Users> = (users) => ({ users: new Map(), notices: [], outcome: new Map(users) });

const readTime: UserRule<number> = (_users, now) => ({ users: new Map(), notices: [], outcome: now });

/** @param open an empty store; whatever it opens has to be closed by `close` */
export function describeUserStore(what: string, open: () => UserStore | Promise<UserStore>): void {
  describe(what, () => {
    let store: UserStore;
    beforeEach(async () => {
      store = await open();
      return () => store.close();
    });

    test('knows nobody at first, and gives a rule everybody it names, whoever is offline too', async () => {
      const { outcome } = await store.decide([ann, bob], look);
      expect(outcome).toEqual(
        new Map([
          [ann, { state: 'offline' }],
          [bob, { state: 'offline' }],
        ]),
      );
      expect(await store.list(10)).toEqual([]);
    });

    test('keeps two users that one decision changes', async () => {
      const users: Users = new Map([
        [ann, online(ann, { state: 'calling', other: bob })],
        [bob, online(bob, { state: 'called', other: ann, offer: { sdp: 'v=0', x: null } })],
      ]);
      await store.decide([ann, bob], write(users));
      expect((await store.decide([ann, bob], look)).outcome).toEqual(users);
    });

    test('keeps somebody who is away as it is, and lists it', async () => {
      const { outcome: now } = await store.decide([ann], readTime);
      const away: User = {
        state: 'away',
        until: now + 12_345.678,
        connection: 'connection of ann' as ConnectionId,
        written: 'ann',
        secrets: ['one', 'two'] as SecretHash[],
        call: { state: 'called', other: bob, offer: { sdp: 'v=0' }, hasLostGlare: true },
      };
      await store.decide([ann], write(new Map([[ann, away]])));
      expect((await store.decide([ann], look)).outcome.get(ann)).toEqual(away);
      expect(await store.list(10)).toEqual([{ name: ann, written: 'ann', busy: true }]);
    });

    test('tells a rule a time that only goes forward', async () => {
      const { outcome: before } = await store.decide([ann], readTime);
      const { outcome: after } = await store.decide([bob], readTime);
      expect(after).toBeGreaterThanOrEqual(before);
    });

    test('gives back what the rule decided', async () => {
      const notice = { to: 'connection of ann' as ConnectionId, link: null };
      const decision = await store.decide([ann], () => ({ users: new Map(), notices: [notice], outcome: 7 }));
      expect(decision).toMatchObject({ users: new Map(), notices: [notice], outcome: 7, isChange: false });
    });

    test('numbers what is kept: a change has a higher version, also after the name was free; a look has the same', async () => {
      const versions: number[] = [];
      const changes = [online(ann), { ...online(ann), written: 'Ann' }, { state: 'offline' }, online(ann)];
      for (const user of changes as User[]) {
        const written = await store.decide([ann, bob], write(new Map([[ann, user]])));
        expect(written.isChange).toBe(true);
        versions.push(written.version);
      }
      expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
      const seen = await store.decide([bob, ann], look);
      expect(seen).toMatchObject({ version: versions.at(-1), isChange: false });
    });

    test('leaves alone whom the rule does not name', async () => {
      await store.decide([ann, bob], write(new Map([[bob, online(bob)]])));
      await store.decide([ann, bob], write(new Map([[ann, online(ann)]])));
      expect((await store.decide([bob], look)).outcome.get(bob)).toEqual(online(bob));
    });

    test('forgets who goes offline', async () => {
      await store.decide([ann], write(new Map([[ann, online(ann)]])));
      await store.decide([ann], write(new Map<UserName, User>([[ann, { state: 'offline' }]])));
      expect(await store.list(10)).toEqual([]);
    });

    test('takes the same name twice as one', async () => {
      await store.decide([ann, ann], write(new Map([[ann, online(ann)]])));
      expect((await store.decide([ann, ann], look)).outcome).toEqual(new Map([[ann, online(ann)]]));
    });

    test('lets nothing come between two decisions about one of their users', async () => {
      await store.decide([ann], write(new Map([[ann, { ...online(ann), written: '0' } as User]])));
      const addOne: UserRule<undefined> = (users) => {
        const user = users.get(ann);
        if (user?.state !== 'online') throw new Error('ann is gone');
        const next: User = { ...user, written: String(Number(user.written) + 1) };
        return { users: new Map([[ann, next]]), notices: [], outcome: undefined };
      };
      for (let round = 0; round < 5; round++) {
        const others = Array.from({ length: 10 }, (_, index) => `other ${round} ${index}` as UserName);
        await Promise.all(others.map((other) => store.decide([ann, other], addOne)));
      }
      expect((await store.decide([ann], look)).outcome.get(ann)).toMatchObject({ written: '50' });
    });

    test('names of the object prototype are names like any other', async () => {
      for (const name of ['__proto__', 'constructor', 'toString'] as UserName[]) {
        expect((await store.decide([name], look)).outcome.get(name)?.state ?? 'offline').toBe('offline');
        await store.decide([name], write(new Map([[name, online(name)]])));
        expect((await store.decide([name], look)).outcome.get(name)).toEqual(online(name));
      }
    });

    test('lists who is online and who is busy, and no more than asked for', async () => {
      await store.decide(
        [ann, bob],
        write(
          new Map([
            [ann, online(ann)],
            [bob, online(bob, { state: 'talking', other: ann })],
          ]),
        ),
      );
      const listed = await store.list(10);
      expect(listed.sort((one, two) => one.name.localeCompare(two.name))).toEqual([
        { name: ann, written: 'ann', busy: false },
        { name: bob, written: 'bob', busy: true },
      ]);
      expect(await store.list(1)).toHaveLength(1);
    });
  });
}
