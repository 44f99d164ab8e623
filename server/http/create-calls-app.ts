// What a browser reads that opens the port of the calls as if it were a page.
import express, { type Express } from 'express';

export function createCallsApp(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', false);
  app.use((_request, response) => {
    response
      .status(426)
      .set({ Upgrade: 'websocket', Connection: 'Upgrade' })
      .type('text/plain')
      .send('Calls by user name are spoken here, over WebSocket. The pages are on the other port.\n');
  });
  return app;
}
