// Finds settings that cannot be combined, and says so in a sentence. Leaves single values to their schemas.
import type { Config } from './settings.js';

export function findConflict(config: Config): string | undefined {
  if ((config.tlsCertFile === '') !== (config.tlsKeyFile === '')) {
    return 'TLS_CERT_FILE and TLS_KEY_FILE are set together or not at all.';
  }
  if (config.port !== 0 && config.port === config.callsPort) {
    return 'PORT and CALLS_PORT have to be two different ports.';
  }
  if (config.nodeId !== '' && config.redisUrl === '') {
    return 'NODE_ID is allowed only together with REDIS_URL.';
  }
  return findTurnConflict(config);
}

function findTurnConflict({
  turnUrls,
  turnSecret,
  turnUsername,
  turnCredential,
}: Config): string | undefined {
  const isTimed = turnSecret !== '';
  const isStatic = turnUsername !== '' || turnCredential !== '';
  if (turnUrls.length === 0) {
    return isTimed || isStatic
      ? 'TURN_SECRET, TURN_USERNAME and TURN_CREDENTIAL are allowed only together with TURN_URLS.'
      : undefined;
  }
  if (isTimed && isStatic) {
    return 'TURN_URLS go with TURN_SECRET, or with TURN_USERNAME and TURN_CREDENTIAL, but not with both.';
  }
  if (isTimed || (turnUsername !== '' && turnCredential !== '')) return undefined;
  return 'TURN_URLS need TURN_SECRET, or TURN_USERNAME and TURN_CREDENTIAL.';
}
