// Security headers. They hold on plain http in a local network too, where browsers would otherwise be told to
// fetch everything by https. Leaves CORS to admission.
import type { RequestHandler } from 'express';
import helmet from 'helmet';

export interface SecurityHeaderSettings {
  /** The strict policy is for the bundled pages; somebody's own files may have inline scripts. */
  isStrict: boolean;
  isTls: boolean;
}

const strictPolicy = {
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'media-src': ["'self'", 'blob:'],
    'connect-src': ["'self'"],
    'manifest-src': ["'self'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ["'none'"],
  },
};

export function securityHeaders({ isStrict, isTls }: SecurityHeaderSettings): RequestHandler[] {
  const headers = helmet({
    contentSecurityPolicy: isStrict ? strictPolicy : false,
    // Only this host: parley cannot know whether its neighbours speak https.
    strictTransportSecurity: isTls ? { includeSubDomains: false } : false,
    // On plain http these two only make the browser warn in its console.
    crossOriginOpenerPolicy: isTls,
    originAgentCluster: isTls,
    // A page on another port may load /socket.io/socket.io.js, as the tutorials' pages do.
    crossOriginResourcePolicy: { policy: 'cross-origin' },
  });
  return [
    headers,
    (_request, response, next) => {
      response.setHeader('Permissions-Policy', 'camera=(self), microphone=(self), display-capture=(self)');
      next();
    },
  ];
}
