// Sixteen at once want to be in each of many rooms, on four nodes: two get in, and only one of them is the first.
import { expect, it } from 'vitest';
import { startCluster } from '../support/cluster.js';
import { noteFigure } from '../support/figures.js';
import { race } from './race.js';
import { closeSocketsAfterTest } from '../support/seat-client.js';

const rooms = 1000;
const contenders = 16;

it(`[R2] [R3] [R31] ${rooms} rooms, ${contenders} contenders over 4 nodes: 1 created, 1 joined, 14 full`, async (context) => {
  closeSocketsAfterTest();
  const { nodes } = await startCluster(4);
  const { verdicts, triedAgain } = await race({ nodes, rooms, contenders, roomsAtOnce: 5 });
  noteFigure(context, `${rooms} races over 4 nodes`, JSON.stringify(verdicts), `${rooms} times the first`);
  noteFigure(context, `${rooms} races: told to try again first`, triedAgain);
  expect(verdicts).toEqual({ '1 created, 14 full, 1 joined': rooms });
});
