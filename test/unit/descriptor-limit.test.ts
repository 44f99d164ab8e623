// What a process may hold with its limit of file descriptors, and what is said when MAX_CONNECTIONS needs more.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { completeConfig } from '../../server/config.js';
import {
  descriptorLimit,
  descriptorWarning,
  shareDescriptors,
  withinDescriptors,
} from '../../server/http/descriptor-limit.js';

test('[U17] a part of the descriptors is for files and Redis, and a part of the sockets for requests', () => {
  expect(shareDescriptors(1024)).toEqual({ descriptors: 1024, maxSockets: 832, maxConnections: 728 });
  expect(shareDescriptors(16).maxSockets).toBeGreaterThan(0);
});

test('[U17] a server accepts no more connections than the limit allows, and with 0 any number', () => {
  expect(withinDescriptors({ maxConnections: 50_000 }, shareDescriptors(1024)).maxConnections).toBe(728);
  expect(withinDescriptors({ maxConnections: 100 }, shareDescriptors(1024)).maxConnections).toBe(100);
  expect(withinDescriptors({ maxConnections: 0 }, shareDescriptors(1024)).maxConnections).toBe(0);
});

test('the warning says both numbers, and with the limit that it names it is gone', () => {
  const warning = descriptorWarning(50_000, shareDescriptors(1024));
  expect(warning).toBe(
    'MAX_CONNECTIONS is 50000, but this process may open 1024 files and sockets: so it accepts 728 connections. Set the limit to 65388 (ulimit -n, or LimitNOFILE in the systemd unit), or lower MAX_CONNECTIONS.',
  );
  for (const maxConnections of [1, 100, 999, 50_000, 1_000_000]) {
    const needed = Number(/Set the limit to (\d+)/.exec(descriptorWarning(maxConnections, tiny) ?? '')?.[1]);
    if (maxConnections > tiny.maxConnections)
      expect(descriptorWarning(maxConnections, shareDescriptors(needed))).toBeUndefined();
  }
  expect(descriptorWarning(0, tiny)).toBeUndefined();
});

const tiny = shareDescriptors(1);

test('what the units in deploy/ allow is enough for the default', () => {
  for (const unit of ['parley.service', 'parley@.service']) {
    const [, limit] = /^LimitNOFILE=(\d+)$/m.exec(readFileSync(`deploy/${unit}`, 'utf8')) ?? [];
    expect(
      descriptorWarning(completeConfig({}).maxConnections, shareDescriptors(Number(limit))),
    ).toBeUndefined();
  }
});

test('the limit of this process is known where there is /proc', () => {
  expect(descriptorLimit?.descriptors).toBeGreaterThan(16);
});
