// Counting what waits for a reader. [R28]
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { limitQueue } from '../../server/transport/connection-limits.js';

function open() {
  const connection = new EventEmitter();
  const scene = {
    overflows: 0,
    write: (data: unknown) => connection.emit('packetCreate', { data }),
    flush: () => connection.emit('flush'),
  };
  limitQueue(connection, 100, () => {
    scene.overflows += 1;
  });
  return scene;
}

it('[R28] holds up to the limit, and says once that there is more', () => {
  const scene = open();
  scene.write('x'.repeat(60));
  scene.write('é'.repeat(20));
  scene.write(undefined);
  expect(scene.overflows).toBe(0);
  scene.write('x');
  scene.write('x');
  expect(scene.overflows).toBe(1);
});

it('[R28] starts anew whenever what waited has gone to the transport', () => {
  const scene = open();
  for (let turn = 0; turn < 10; turn++) {
    scene.write('x'.repeat(100));
    scene.flush();
  }
  expect(scene.overflows).toBe(0);
});
