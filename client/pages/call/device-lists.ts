// The lists of cameras and microphones to choose from. Their names are known once the person has let the page use one.
import { element } from '../element.js';
import { deviceLabel } from './media-choice.js';

export interface DeviceLists {
  /** Reads the devices anew, and marks those of the stream as chosen. */
  refresh(stream: MediaStream | null): void;
}

export interface DeviceListParts {
  camera: HTMLSelectElement;
  microphone: HTMLSelectElement;
  /** Somebody has chosen; or a device came or went, and nothing is chosen. */
  onChoice: (chosen: { camera?: string; microphone?: string }) => void;
  onPlugged: () => void;
}

export function createDeviceLists({ camera, microphone, onChoice, onPlugged }: DeviceListParts): DeviceLists {
  // Typed as always there; by plain http there are none.
  const devices = navigator.mediaDevices as MediaDevices | undefined;

  camera.addEventListener('change', () => onChoice({ camera: camera.value }));
  microphone.addEventListener('change', () => onChoice({ microphone: microphone.value }));
  devices?.addEventListener('devicechange', onPlugged);

  async function refresh(stream: MediaStream | null): Promise<void> {
    const all = (await devices?.enumerateDevices()) ?? [];
    const [picture] = stream?.getVideoTracks() ?? [];
    const [sound] = stream?.getAudioTracks() ?? [];
    fill(camera, 'Camera', ofKind(all, 'videoinput'), picture);
    fill(microphone, 'Microphone', ofKind(all, 'audioinput'), sound);
  }

  return {
    refresh(stream) {
      void refresh(stream);
    },
  };
}

/** Without a permission there may be one without a name and an id, which nobody can choose. */
function ofKind(devices: readonly MediaDeviceInfo[], kind: MediaDeviceKind): MediaDeviceInfo[] {
  return devices.filter((device) => device.kind === kind && device.deviceId !== '');
}

function fill(
  list: HTMLSelectElement,
  kind: 'Camera' | 'Microphone',
  devices: readonly MediaDeviceInfo[],
  used: MediaStreamTrack | undefined,
): void {
  const options = devices.map(({ deviceId, label }, index) =>
    element('option', { value: deviceId }, deviceLabel(label, kind, index + 1)),
  );
  const before = list.value;
  list.replaceChildren(...options);
  // Nothing to choose from, or nothing that the page may know of.
  for (const shown of [list, ...list.labels]) shown.hidden = options.length === 0;
  // While there is no stream, what somebody has chosen stays chosen.
  const id = used?.getSettings().deviceId ?? before;
  if (devices.some(({ deviceId }) => deviceId === id)) list.value = id;
}
