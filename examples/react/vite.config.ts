// In development the server runs beside Vite, and Vite passes on what is for it: page and server have one origin, as in production.
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const parley = process.env.PARLEY ?? 'http://localhost:8181';

export default defineConfig({
  plugins: [react()],
  // Of a package that is linked, such as parley in its own repository, Vite would take the React that lies there.
  resolve: { dedupe: ['react', 'react-dom'] },
  server: { proxy: { '/socket.io': { target: parley, ws: true }, '/leave': parley } },
});
