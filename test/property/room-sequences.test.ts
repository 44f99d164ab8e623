// 10,000 random conversations of four people in two channels, each word compared with the model. The seed is printed.
import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRoomModel, type ModelPeer } from '../support/room-model.js';
import { createRoomTable, type TablePeer } from '../support/room-table.js';

const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));
console.log(`seed of the room sequences: ${seed} (SEED=${seed} runs them again)`);

const people = ['ann', 'bob', 'cy', 'dan'] as const;
const channels = ['red', 'blue'] as const;

interface Turn {
  who: (typeof people)[number];
  does: 'join' | 'message' | 'bye' | 'ack' | 'vanish' | 'again';
  channel: (typeof channels)[number];
}

const turn: fc.Arbitrary<Turn> = fc.record({
  who: fc.constantFrom(...people),
  does: fc.oneof(
    { weight: 5, arbitrary: fc.constant('join' as const) },
    { weight: 3, arbitrary: fc.constant('message' as const) },
    { weight: 3, arbitrary: fc.constant('again' as const) },
    { weight: 2, arbitrary: fc.constantFrom('bye' as const, 'ack' as const, 'vanish' as const) },
  ),
  channel: fc.oneof(
    { weight: 3, arbitrary: fc.constant('red' as const) },
    { weight: 1, arbitrary: fc.constant('blue' as const) },
  ),
});

it('[R2] [R3] [R4] [R5] [R7] [R9] [R10] [R11] [R13] 10,000 conversations go as the model says', async () => {
  await fc.assert(fc.asyncProperty(fc.array(turn, { maxLength: 40 }), playConversation), {
    seed,
    numRuns: 10_000,
  });
}, 120_000);

async function playConversation(turns: Turn[]): Promise<void> {
  const model = createRoomModel();
  const table = createRoomTable();
  const modelPeers = new Map<string, ModelPeer>();
  const tablePeers = new Map<string, TablePeer>();
  let connections = 0;

  /** A connection that is over is followed by a new one; its late end is heard only then. */
  async function comeAgain(who: string): Promise<void> {
    await tablePeers.get(who)?.end();
    const id = `${who}-${++connections}`;
    modelPeers.set(who, { id, channel: undefined, isOver: false, heard: [] });
    tablePeers.set(who, table.connect(id));
  }

  for (const who of people) await comeAgain(who);
  for (const [number, { who, does, channel }] of turns.entries()) {
    const modelPeer = modelPeers.get(who);
    const tablePeer = tablePeers.get(who);
    if (!modelPeer || !tablePeer) throw new Error(`${who} never came`);
    if (does === 'again') {
      if (modelPeer.isOver) await comeAgain(who);
      continue;
    }
    if (modelPeer.isOver) continue;
    const text = `turn ${number}`;
    switch (does) {
      case 'join':
        model.join(modelPeer, channel);
        await tablePeer.says('create or join', channel);
        break;
      case 'message':
        model.message(modelPeer, channel, text);
        await tablePeer.says('message', { channel, message: text });
        break;
      case 'bye':
        model.bye(modelPeer, channel);
        await tablePeer.says('Bye', channel);
        break;
      case 'ack':
        model.ack(modelPeer);
        await tablePeer.says('Ack');
        break;
      case 'vanish':
        model.vanish(modelPeer);
        await tablePeer.vanishes();
        break;
    }
    compare();
  }

  function compare(): void {
    for (const who of people) {
      const { heard, isOver } = modelPeers.get(who) ?? {};
      expect({ who, heard, isOver }).toEqual({
        who,
        heard: tablePeers.get(who)?.heard,
        isOver: tablePeers.get(who)?.isOver(),
      });
    }
    for (const channel of channels) {
      const seated = table.seatsIn(channel);
      expect(seated.length).toBeLessThanOrEqual(2);
      expect(new Set(seated)).toEqual(new Set(model.seatsIn(channel)));
    }
  }
}
