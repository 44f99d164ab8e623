// How the release before reads a stored user and what other nodes send: the format that nodes of both releases share
// while they are mixed. Nothing here may change.

export interface RecordOfFormatOne {
  version: number;
  epoch: number;
  user: Record<string, unknown>;
}

/** @returns undefined: to that release the text is no record */
export function readRecordOfFormatOne(text: string): RecordOfFormatOne | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !isCount(value['version']) || !isCount(value['epoch'])) return undefined;
  const user = parseUser(value['user']);
  return user && { version: value['version'], epoch: value['epoch'], user };
}

/** Whether that release takes the name for free once it looks at the clock. */
export function isOverInFormatOne({ user }: RecordOfFormatOne, now: number): boolean {
  return user['state'] === 'away' && (user['until'] as number) <= now;
}

function parseUser(value: unknown): Record<string, unknown> | undefined {
  if (!isRecord(value)) return undefined;
  const { state, until, connection, written, me, attempt, secrets } = value;
  const call = parseCall(value['call']);
  if (!call || typeof connection !== 'string' || typeof written !== 'string') return undefined;
  if (me !== undefined && typeof me !== 'string') return undefined;
  if (attempt !== undefined && !isCount(attempt)) return undefined;
  const areTexts = Array.isArray(secrets) && secrets.every((one) => typeof one === 'string');
  if (secrets !== undefined && !areTexts) return undefined;
  const holder = {
    connection,
    written,
    ...(me !== undefined && { me }),
    ...(attempt !== undefined && { attempt }),
    ...(secrets !== undefined && { secrets }),
    call,
  };
  if (state === 'online') return { ...holder, state };
  if (state === 'away' && typeof until === 'number') return { ...holder, state, until };
  return undefined;
}

function parseCall(value: unknown): Record<string, unknown> | undefined {
  if (!isRecord(value)) return undefined;
  const { state, other, hasLostGlare } = value;
  if (state === 'none') return { state };
  if (typeof other !== 'string') return undefined;
  if (state === 'calling') return { state, other };
  if (state === 'talking') {
    return { state, other, ...(Object.hasOwn(value, 'answer') && { answer: value['answer'] }) };
  }
  if (state !== 'called' || !Object.hasOwn(value, 'offer')) return undefined;
  return { state, other, offer: value['offer'], ...(hasLostGlare === true && { hasLostGlare }) };
}

/** @returns undefined: that release drops it */
export function readPayloadOfFormatOne(value: unknown): unknown {
  if (!isRecord(value)) return undefined;
  const { kind, from, name, dueInMs, version, part } = value;
  switch (kind) {
    case 'look':
      return { kind };
    case 'away':
      return typeof name === 'string' && typeof dueInMs === 'number' ? { kind, name, dueInMs } : undefined;
    case 'candidate': {
      const message = parseRelayed(value['message']);
      if (typeof from !== 'string' || message?.['type'] !== 'candidate') return undefined;
      return { kind, from, message };
    }
    case 'notice': {
      const notice = parseNotice(value['notice']);
      if (!notice || !isCount(version) || !(part === undefined || isCount(part))) return undefined;
      return { kind, notice, version, ...(part !== undefined && { part }) };
    }
    default:
      return undefined;
  }
}

function parseNotice(value: unknown): Record<string, unknown> | undefined {
  if (!isRecord(value) || typeof value['to'] !== 'string') return undefined;
  const notice: Record<string, unknown> = { to: value['to'] };
  for (const field of ['first', 'message']) {
    if (value[field] === undefined) continue;
    const message = parseRelayed(value[field]);
    if (!message) return undefined;
    notice[field] = message;
  }
  for (const [field, isRight] of [
    ['link', isLink],
    ['ends', isRefusal],
  ] as const) {
    if (value[field] === undefined) continue;
    if (!isRight(value[field])) return undefined;
    notice[field] = value[field];
  }
  return notice;
}

function parseRelayed(value: unknown): Record<string, unknown> | undefined {
  if (!isRecord(value) || typeof value['name'] !== 'string') return undefined;
  const { type, name } = value;
  if (type === 'leave') return { type, name };
  if (type !== 'offer' && type !== 'answer' && type !== 'candidate') return undefined;
  return Object.hasOwn(value, type) ? { type, [type]: value[type], name } : undefined;
}

function isLink(value: unknown): boolean {
  if (value === null) return true;
  if (!isRecord(value)) return false;
  const { name, connection, isMuted } = value;
  return typeof name === 'string' && typeof connection === 'string' && typeof isMuted === 'boolean';
}

function isRefusal(value: unknown): boolean {
  return isRecord(value) && typeof value['code'] === 'string' && typeof value['message'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
