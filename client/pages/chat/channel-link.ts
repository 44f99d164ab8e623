// The channel in the page's address: it leads others there, and the page itself after a reload.

export function linkTo(channel: string): string {
  const url = new URL(location.pathname, location.origin);
  url.searchParams.set('channel', channel);
  return url.href;
}

/** Empty: the address names none. */
export function channelOfAddress(): string {
  return trimmed(new URLSearchParams(location.search).get('channel') ?? '');
}

/** Keyboards of phones like to add a space; two people would wait in two channels. */
export function trimmed(channel: string): string {
  return channel.trim();
}

/** The conversation is over: a reload asks for a name. */
export function clearAddress(): void {
  if (location.search !== '') history.replaceState(null, '', location.pathname);
}

export function putIntoAddress(channel: string): void {
  // Only when it differs: browsers allow this a few times a second.
  if (channelOfAddress() !== channel) history.replaceState(null, '', linkTo(channel));
}
