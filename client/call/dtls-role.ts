// Names this side's DTLS role in an offer that renews an agreement. Firefox, left the choice, takes a new one when it
// answers an ICE restart, and Chromium refuses that answer: roles stay with their association (RFC 8842, section 5.5).

/** An agreement that stands: what was offered and what was answered. */
export interface Agreed {
  local: RTCSessionDescriptionInit | null;
  remote: RTCSessionDescriptionInit | null;
}

export function nameDtlsRole(sdp: string, { local, remote }: Agreed): string {
  const own = local?.type === 'answer' ? roleIn(local) : opposite[roleIn(remote) ?? ''];
  return own === undefined ? sdp : sdp.replace(/^a=setup:actpass/gm, `a=setup:${own}`);
}

const opposite: Partial<Record<string, string>> = { active: 'passive', passive: 'active' };

function roleIn(answer: RTCSessionDescriptionInit | null): string | undefined {
  return /^a=setup:(active|passive)/m.exec(answer?.sdp ?? '')?.[1];
}
