// Preloaded into a process: says that Node.js has the version PRETENDED_NODE.
const versions = { ...process.versions, node: process.env.PRETENDED_NODE };
Object.defineProperty(process, 'versions', { value: versions });
