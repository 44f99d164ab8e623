// Security headers. They also work with plain http in a local network, where Helmet's defaults would make browsers
// fetch everything by https. Leaves CORS to admission.
import type { RequestHandler } from 'express';
import helmet from 'helmet';

export interface SecurityHeaderSettings {
  /** Send the strict policy: for the bundled pages only, since an operator's own pages may have inline scripts. */
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
    // Only this host: parley cannot know whether its subdomains serve https.
    strictTransportSecurity: isTls ? { includeSubDomains: false } : false,
    // With plain http these two only cause warnings in the browser's console.
    crossOriginOpenerPolicy: isTls,
    originAgentCluster: isTls,
  });
  return [
    headers,
    (_request, response, next) => {
      response.setHeader('Permissions-Policy', 'camera=(self), microphone=(self), display-capture=(self)');
      next();
    },
  ];
}

/** Pages of other origins may load `/socket.io/socket.io.js`, like the pages of the tutorials, and `/parley.js`. */
export const forAllOrigins: RequestHandler = (_request, response, next) => {
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  next();
};
