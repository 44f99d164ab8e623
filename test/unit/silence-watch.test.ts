// A path that calls itself connected and carries nothing any more, on a clock that the test moves.
import { expect, it, vi } from 'vitest';
import { watchSilence } from '../../client/call/silence-watch.js';
import { standInForBrowser } from '../support/call-scene.js';
import { FakeConnection } from '../support/fake-connection.js';
import { createHeldClock } from '../support/held-clock.js';

interface Given {
  isOtherHere?: boolean;
  direction?: RTCRtpTransceiverDirection;
}

function begin({ isOtherHere = true, direction = 'recvonly' }: Given = {}) {
  standInForBrowser();
  const clock = createHeldClock();
  const [onSilence, onHeard] = [vi.fn(), vi.fn()];
  const watch = watchSilence(new RTCPeerConnection(), {
    clock,
    isOtherHere: () => isOtherHere,
    onSilence,
    onHeard,
  });
  const connection = FakeConnection.newest();
  vi.spyOn(connection, 'getTransceivers').mockReturnValue([
    { currentDirection: direction } as RTCRtpTransceiver,
  ]);
  const received: (number | undefined)[] = [];
  return {
    clock,
    connection,
    onSilence,
    onHeard,
    watch,
    /** Each half second so many bytes have arrived, on one path or on several. */
    async receive(...looks: (number | undefined)[][]): Promise<void> {
      for (const paths of looks) {
        received.splice(0, received.length, ...paths);
        connection.report = new Map(
          received.map((bytesReceived, index) => [String(index), { type: 'candidate-pair', bytesReceived }]),
        );
        await clock.advance(500);
      }
    },
  };
}

it('is told after 2.5 s in which nothing came, and again every 4 s', async () => {
  const { connection, onSilence, receive } = begin();
  connection.become('connected');
  await receive([100], [200], [200], [200], [200], [200]);
  expect(onSilence).toHaveBeenCalledTimes(0);
  await receive([200]);
  expect(onSilence).toHaveBeenCalledTimes(1);
  await receive(...Array.from({ length: 7 }, () => [200]));
  expect(onSilence).toHaveBeenCalledTimes(1);
  await receive([200]);
  expect(onSilence).toHaveBeenCalledTimes(2);
  // From the beginning again, once something has come.
  await receive([300], ...Array.from({ length: 5 }, () => [300]));
  expect(onSilence).toHaveBeenCalledTimes(3);
});

it('is told once when something comes again', async () => {
  const { connection, onHeard, receive } = begin();
  connection.become('connected');
  await receive([100], [200], [200], [200], [200], [200], [200]);
  expect(onHeard).toHaveBeenCalledTimes(0);
  await receive([300], [400], [500]);
  expect(onHeard).toHaveBeenCalledTimes(1);
});

it('is told once that it is over, when something comes again', async () => {
  const { connection, onHeard, onSilence, receive } = begin();
  connection.become('connected');
  await receive(...Array.from({ length: 10 }, () => [200]));
  expect(onSilence).toHaveBeenCalled();
  expect(onHeard).not.toHaveBeenCalled();
  await receive([201], [202], [203]);
  expect(onHeard).toHaveBeenCalledTimes(1);
});

it('is not told while anything comes, on whatever path, also when an old path is forgotten', async () => {
  const { connection, onSilence, receive } = begin();
  connection.become('connected');
  await receive([100, 0], [100, 50], [100, 100], [100], [150], [200], [250], [300], [350]);
  expect(onSilence).not.toHaveBeenCalled();
});

it.each<[string, Given]>([
  ['nobody can be asked for a new path', { isOtherHere: false }],
  ['the other side sends nothing', { direction: 'sendonly' }],
])('is not told where %s', async (_why, parts) => {
  const { connection, onSilence, receive } = begin(parts);
  connection.become('connected');
  await receive(...Array.from({ length: 20 }, () => [100]));
  expect(onSilence).not.toHaveBeenCalled();
});

it('is not told where the browser does not count, or knows by itself that the path is lost', async () => {
  const { connection, onSilence, receive } = begin();
  connection.become('connected');
  await receive(...Array.from({ length: 10 }, () => [undefined]));
  connection.become('disconnected');
  await receive(...Array.from({ length: 10 }, () => [100]));
  expect(onSilence).not.toHaveBeenCalled();
});

it('is told where the browser has forgotten every path', async () => {
  const { connection, onSilence, receive, watch } = begin();
  connection.become('connected');
  await receive([100], [200], [], [], [], [], []);
  expect(onSilence).toHaveBeenCalledTimes(1);
  expect(watch.isSilent).toBe(true);
});

it('is over when nothing is sent any more', async () => {
  const { connection, onHeard, receive, watch } = begin();
  connection.become('connected');
  await receive(...Array.from({ length: 6 }, () => [100]));
  expect(watch.isSilent).toBe(true);
  vi.spyOn(connection, 'getTransceivers').mockReturnValue([]);
  await receive([100]);
  expect(onHeard).toHaveBeenCalledTimes(1);
  expect(watch.isSilent).toBe(false);
});

it('is over when it is stopped, also in the middle of a look', async () => {
  const {
    clock,
    connection,
    onSilence,
    receive,
    watch: { stop },
  } = begin();
  connection.become('connected');
  await receive([100], [100], [100], [100]);
  vi.spyOn(connection, 'getStats').mockImplementation(() => {
    stop();
    return Promise.resolve(connection.report);
  });
  await receive([100], [100], [100]);
  expect(onSilence).not.toHaveBeenCalled();
  expect(clock.timers).toBe(0);
});
