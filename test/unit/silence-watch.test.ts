// A path that calls itself connected and carries nothing any more, on a clock that the test moves.
import { expect, it, vi } from 'vitest';
import { watchSilence } from '../../client/call/silence-watch.js';
import { standInForBrowser } from '../support/call-scene.js';
import { FakeConnection } from '../support/fake-connection.js';
import { createHeldClock } from '../support/held-clock.js';

interface Given {
  isPolite?: boolean;
  isOtherHere?: boolean;
  direction?: RTCRtpTransceiverDirection;
}

function begin({ isPolite = false, isOtherHere = true, direction = 'recvonly' }: Given = {}) {
  standInForBrowser();
  const clock = createHeldClock();
  const [onReport, onSilence, onSilenceEnd] = [vi.fn(), vi.fn(), vi.fn()];
  const watch = watchSilence(new RTCPeerConnection(), {
    clock,
    isPolite,
    isOtherHere: () => isOtherHere,
    onReport,
    onSilence,
    onSilenceEnd,
  });
  const connection = FakeConnection.newest();
  vi.spyOn(connection, 'getTransceivers').mockReturnValue([
    { currentDirection: direction } as RTCRtpTransceiver,
  ]);
  const received: (number | undefined)[] = [];
  return {
    clock,
    connection,
    onReport,
    onSilence,
    onSilenceEnd,
    watch,
    /** At each look, every quarter of a second, so many bytes have arrived, on one path or on several. */
    async receive(...looks: (number | undefined)[][]): Promise<void> {
      for (const paths of looks) {
        received.splice(0, received.length, ...paths);
        connection.report = new Map(
          received.map((bytesReceived, index) => [String(index), { type: 'candidate-pair', bytesReceived }]),
        );
        await clock.advance(250);
      }
    },
  };
}

/** Nothing new comes for so many milliseconds. */
function nothingFor(ms: number, received = 100): number[][] {
  return Array.from({ length: ms / 250 }, () => [received]);
}

it('is told after 2.25 s in which nothing came, and again after 4 s', async () => {
  const { connection, onSilence, receive } = begin();
  connection.become('connected');
  await receive([50], [100], ...nothingFor(2000));
  expect(onSilence).toHaveBeenCalledTimes(0);
  await receive([100]);
  expect(onSilence).toHaveBeenCalledTimes(1);
  await receive(...nothingFor(3750));
  expect(onSilence).toHaveBeenCalledTimes(1);
  await receive([100]);
  expect(onSilence).toHaveBeenCalledTimes(2);
});

it('is told less and less often, up to every 16 s, and from the beginning once something has come', async () => {
  const { clock, connection, onSilence, receive } = begin();
  const toldAt: number[] = [];
  onSilence.mockImplementation(() => toldAt.push(clock.now()));
  connection.become('connected');
  await receive([100], ...nothingFor(47_000));
  expect(toldAt).toEqual([2500, 6500, 14_500, 30_500, 46_500]);
  const heardAt = clock.now() + 250;
  await receive([200], ...nothingFor(7000, 200));
  expect(toldAt.slice(5)).toEqual([heardAt + 2250, heardAt + 6250]);
});

it('is told 1.2 s later to the polite one, at every try', async () => {
  const told = await Promise.all(
    [false, true].map(async (isPolite) => {
      const { clock, connection, onSilence, receive } = begin({ isPolite });
      const toldAt: number[] = [];
      onSilence.mockImplementation(() => toldAt.push(clock.now()));
      connection.become('connected');
      await receive([100], ...nothingFor(20_000));
      return toldAt;
    }),
  );
  // It looks every quarter of a second.
  expect(told).toEqual([
    [2500, 6500, 14_500],
    [3750, 7750, 15_750],
  ]);
});

it('what the browser counts is passed on at every look while there is a path, and not after the end', async () => {
  const { connection, onReport, onSilence, receive, watch } = begin();
  await receive([100]);
  expect(onReport).not.toHaveBeenCalled();
  connection.become('connected');
  await receive([100], [200]);
  expect(onReport.mock.calls).toEqual([[expect.any(Map)], [connection.report]]);
  await receive(...nothingFor(1500, 200));
  onReport.mockImplementation(() => {
    watch.stop();
  });
  await receive(...nothingFor(4000, 200));
  expect(onReport).toHaveBeenCalledTimes(9);
  expect(onSilence).not.toHaveBeenCalled();
});

it('is told once when something comes again', async () => {
  const { connection, onSilenceEnd, receive } = begin();
  connection.become('connected');
  await receive([100], ...nothingFor(2500));
  expect(onSilenceEnd).toHaveBeenCalledTimes(0);
  await receive([300], [400], [500]);
  expect(onSilenceEnd).toHaveBeenCalledTimes(1);
});

it('is told once that it is over, when something comes again', async () => {
  const { connection, onSilenceEnd, onSilence, receive } = begin();
  connection.become('connected');
  await receive(...nothingFor(5000, 200));
  expect(onSilence).toHaveBeenCalled();
  expect(onSilenceEnd).not.toHaveBeenCalled();
  await receive([201], [202], [203]);
  expect(onSilenceEnd).toHaveBeenCalledTimes(1);
});

it('is not told while anything comes, on whatever path, also when an old path is forgotten', async () => {
  const { connection, onSilence, receive } = begin();
  connection.become('connected');
  await receive([100, 0], [100, 50], [100, 100], [100]);
  await receive(...Array.from({ length: 12 }, (_value, look) => [150 + look]));
  expect(onSilence).not.toHaveBeenCalled();
});

it.each<[string, Given]>([
  ['nobody can be asked for a new path', { isOtherHere: false }],
  ['the other side sends nothing', { direction: 'sendonly' }],
])('is not told where %s', async (_why, parts) => {
  const { connection, onSilence, receive } = begin(parts);
  connection.become('connected');
  await receive(...nothingFor(10_000));
  expect(onSilence).not.toHaveBeenCalled();
});

it('is not told where the browser does not count, or knows by itself that the path is lost', async () => {
  const { connection, onSilence, receive } = begin();
  connection.become('connected');
  await receive(...Array.from({ length: 20 }, () => [undefined]));
  connection.become('disconnected');
  await receive(...nothingFor(5000));
  expect(onSilence).not.toHaveBeenCalled();
});

it('is told where the browser has forgotten every path', async () => {
  const { connection, onSilence, receive, watch } = begin();
  connection.become('connected');
  await receive([100], [200], ...Array.from({ length: 9 }, () => []));
  expect(onSilence).toHaveBeenCalledTimes(1);
  expect(watch.isSilent).toBe(true);
});

it('is over when nothing is sent any more', async () => {
  const { connection, onSilenceEnd, receive, watch } = begin();
  connection.become('connected');
  await receive(...nothingFor(2500));
  expect(watch.isSilent).toBe(true);
  vi.spyOn(connection, 'getTransceivers').mockReturnValue([]);
  await receive([100]);
  expect(onSilenceEnd).toHaveBeenCalledTimes(1);
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
  await receive(...nothingFor(2000));
  vi.spyOn(connection, 'getStats').mockImplementation(() => {
    stop();
    return Promise.resolve(connection.report);
  });
  await receive(...nothingFor(1500));
  expect(onSilence).not.toHaveBeenCalled();
  expect(clock.timers).toBe(0);
});
