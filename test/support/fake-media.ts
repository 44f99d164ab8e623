// Tracks and streams as a browser has them, with nothing in them.

export class FakeStream extends EventTarget {
  private readonly tracks: Set<MediaStreamTrack>;

  constructor(tracks: readonly MediaStreamTrack[] = []) {
    super();
    this.tracks = new Set(tracks);
  }

  getTracks(): MediaStreamTrack[] {
    return [...this.tracks];
  }

  getVideoTracks(): MediaStreamTrack[] {
    return this.getTracks().filter(({ kind }) => kind === 'video');
  }

  addTrack(track: MediaStreamTrack): void {
    this.tracks.add(track);
  }

  removeTrack(track: MediaStreamTrack): void {
    this.tracks.delete(track);
  }
}

export function createTrack(kind: 'audio' | 'video', label = kind as string): MediaStreamTrack {
  const track = Object.assign(new EventTarget(), {
    kind: kind,
    label,
    enabled: true,
    readyState: 'live',
    stop() {
      track.readyState = 'ended';
    },
  });
  return track as MediaStreamTrack;
}

/** The person ends it by a button of the browser. */
export function endByPerson(track: MediaStreamTrack): void {
  track.stop();
  track.dispatchEvent(new Event('ended'));
}
