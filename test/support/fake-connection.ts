// A connection in the place of RTCPeerConnection: it describes itself by a word and a number, and finds one address for
// each description. Whether there is a path is the test's to say.
import { createFakeDataChannel, type FakeDataChannel } from './fake-data-channel.js';

interface Description {
  type: RTCSdpType;
  sdp: string;
}

interface FakeSender {
  track: MediaStreamTrack | null;
  replaceTrack(track: MediaStreamTrack): Promise<void>;
}

let made = 0;

export class FakeConnection extends EventTarget {
  /** Since the test began. */
  static readonly all: FakeConnection[] = [];

  readonly number = ++made;
  readonly senders: FakeSender[] = [];
  readonly added: RTCIceCandidateInit[] = [];
  readonly texts: FakeDataChannel[] = [];
  configuration: RTCConfiguration;
  connectionState: RTCPeerConnectionState = 'new';
  signalingState: RTCSignalingState = 'stable';
  localDescription: Description | null = null;
  remoteDescription: Description | null = null;
  currentLocalDescription: Description | null = null;
  currentRemoteDescription: Description | null = null;
  restarts = 0;
  report = new Map<string, unknown>();
  private described = 0;
  private isNeeded = false;

  constructor(configuration: RTCConfiguration = {}) {
    super();
    for (const { urls } of configuration.iceServers ?? []) {
      for (const url of [urls].flat()) if (!/^(stun|turn)s?:/.test(url)) throw new SyntaxError(url);
    }
    this.configuration = configuration;
    FakeConnection.all.push(this);
  }

  static newest(): FakeConnection {
    const connection = FakeConnection.all.at(-1);
    if (!connection) throw new Error('There is no connection.');
    return connection;
  }

  /** The path is found, or lost. */
  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }

  createDataChannel(): RTCDataChannel {
    const texts = createFakeDataChannel();
    this.texts.push(texts);
    this.need();
    return texts.channel;
  }

  addTrack(track: MediaStreamTrack): void {
    if (this.signalingState === 'closed') throw new Error('The connection is closed.');
    const sender: FakeSender = {
      track,
      replaceTrack(next) {
        sender.track = next;
        return Promise.resolve();
      },
    };
    this.senders.push(sender);
    this.need();
  }

  removeTrack(sender: FakeSender): void {
    sender.track = null;
    this.need();
  }

  getSenders(): FakeSender[] {
    return this.senders;
  }

  getTransceivers(): RTCRtpTransceiver[] {
    return [];
  }

  getStats(): Promise<Map<string, unknown>> {
    return Promise.resolve(this.report);
  }

  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }

  restartIce(): void {
    this.restarts += 1;
    this.need();
  }

  async setLocalDescription(): Promise<void> {
    await this.work();
    const type = this.signalingState === 'have-remote-offer' ? 'answer' : 'offer';
    this.localDescription = { type, sdp: `${this.number} ${type} ${++this.described}` };
    this.isNeeded = false;
    this.signalingState = 'have-local-offer';
    if (type === 'answer') this.settle();
    this.later(() => {
      this.find({ candidate: `${this.number} host ${this.described}`, sdpMid: '0' });
    });
  }

  async setRemoteDescription({ type, sdp = '' }: RTCSessionDescriptionInit): Promise<void> {
    await this.work();
    if (type === 'answer' && this.signalingState !== 'have-local-offer') throw new Error('Wrong state.');
    // Its own offer gives way, and what it was for is needed again.
    if (type === 'offer' && this.signalingState === 'have-local-offer') this.isNeeded = true;
    this.remoteDescription = { type, sdp };
    this.signalingState = 'have-remote-offer';
    if (type === 'answer') this.settle();
  }

  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    this.added.push(candidate);
    return Promise.resolve();
  }

  close(): void {
    this.signalingState = 'closed';
    this.connectionState = 'closed';
  }

  /** An address; null: there are no more. */
  find(found: RTCIceCandidateInit | null, type = 'host'): void {
    const candidate = found && { ...found, type, toJSON: () => found };
    this.dispatchEvent(Object.assign(new Event('icecandidate'), { candidate }));
  }

  /** A STUN or TURN server has refused, or does not answer. */
  failToFind(errorCode: number, errorText = '', url = 'turn:turn.test'): void {
    this.dispatchEvent(Object.assign(new Event('icecandidateerror'), { errorCode, errorText, url }));
  }

  /** The other side sends one more track. */
  receive(track: MediaStreamTrack): void {
    this.dispatchEvent(Object.assign(new Event('track'), { track }));
  }

  private settle(): void {
    this.signalingState = 'stable';
    this.currentLocalDescription = this.localDescription;
    this.currentRemoteDescription = this.remoteDescription;
    if (this.isNeeded) this.need();
  }

  private need(): void {
    this.isNeeded = true;
    this.later(() => {
      if (this.isNeeded && this.signalingState === 'stable') {
        this.dispatchEvent(new Event('negotiationneeded'));
      }
    });
  }

  /** As a task of its own, a moment later. */
  private later(task: () => void): void {
    void this.work().then(task);
  }

  private async work(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
    // What a closed connection was about to do is never done.
    if (this.signalingState === 'closed') await new Promise(() => {});
  }
}
