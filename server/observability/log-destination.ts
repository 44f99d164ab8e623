// Standard output as the destination of the log. It never blocks the event loop and never ends the process: lines that
// cannot be written wait, up to a bound; those beyond it are dropped and counted. Leaves the text of a line to the logger.
import { constants, openSync, write, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** Queue limit, in characters of waiting lines. */
const maxWaitingLength = 1024 * 1024;

/** After a failure: the disk is full, the reader is gone, the terminal is stopped. */
const retryMs = 200;

export interface LogDestination {
  /** @param line with its line feed */
  write(line: string): void;
  /** Calls `done` when nothing waits any more, or when the output fails. */
  flush(done: () => void): void;
}

/** Where the bytes go. */
export interface LogOutput {
  /**
   * Writes the bytes, or the first of them. One call at a time.
   * @param done is called once, and not before this returns. `written`: how many bytes; 0: it failed
   */
  write(bytes: Buffer, done: (written: number) => void): void;
  /** For what waits when the process ends: writes what it can without waiting. It may throw. */
  writeNow(bytes: Buffer): void;
}

/** @param describeDropped a log line for lines that were dropped */
export function createLogDestination(
  output: LogOutput,
  describeDropped: (lines: number) => string,
): LogDestination & { writeRest(): void } {
  let waiting: string[] = [];
  /** With what is being written. */
  let length = 0;
  let dropped = 0;
  let writing = Buffer.alloc(0);
  let isBusy = false;
  let retry: NodeJS.Timeout | undefined;
  let flushes: (() => void)[] = [];

  function add(line: string): void {
    waiting.push(line);
    length += line.length;
  }

  function reportDropped(): void {
    if (dropped === 0) return;
    add(describeDropped(dropped));
    dropped = 0;
  }

  function settleFlushes(): void {
    const settled = flushes;
    flushes = [];
    for (const done of settled) done();
  }

  /** Writes what is left of the last part, or all lines that wait as the next part. */
  function proceed(): void {
    clearTimeout(retry);
    retry = undefined;
    if (writing.length === 0) {
      length = 0;
      if (waiting.length === 0) reportDropped();
      if (waiting.length === 0) return settleFlushes();
      writing = Buffer.from(waiting.join(''));
      length = writing.length;
      waiting = [];
    }
    isBusy = true;
    output.write(writing, (written) => {
      isBusy = false;
      writing = writing.subarray(written);
      if (written > 0) return proceed();
      settleFlushes();
      retry = setTimeout(proceed, retryMs).unref();
    });
  }

  return {
    write(line) {
      if (length > 0 && length + line.length > maxWaitingLength) {
        dropped++;
        return;
      }
      reportDropped();
      add(line);
      if (!isBusy && !retry) proceed();
    },
    flush(done) {
      flushes.push(done);
      if (!isBusy) proceed();
    },
    writeRest() {
      // What is being written has been given to the system.
      const rest = Buffer.concat([isBusy ? Buffer.alloc(0) : writing, Buffer.from(waiting.join(''))]);
      if (rest.length === 0) return;
      try {
        output.writeNow(rest);
      } catch {
        // There is nowhere else to report it.
      }
    },
  };
}

/** A pipe or a socket. */
function writeToSocket(stdout: Socket): LogOutput {
  stdout.on('error', () => {
    // The reader is gone: `done` is given that, too. Without this handler the process would end.
  });
  return {
    write(bytes, done) {
      stdout.write(bytes, (error) => {
        done(error ? 0 : bytes.length);
      });
    },
    // A pipe that is full refuses it: Node has opened it in non-blocking mode.
    writeNow(bytes) {
      writeSync(1, bytes);
    },
  };
}

/** A file, a device or a terminal. */
function writeToFile(fd: number): LogOutput {
  return {
    write(bytes, done) {
      write(fd, bytes, (error, written) => {
        done(error ? 0 : written);
      });
    },
    writeNow(bytes) {
      writeSync(fd, bytes);
    },
  };
}

/** Opened once more, a terminal that is stopped (Ctrl-S) refuses a write instead of blocking a thread. */
function openTerminal(): number {
  try {
    return openSync('/dev/stdout', constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return 1;
  }
}

/** It writes to standard output from now on: create one for a process. */
export function openStandardOutput(describeDropped: (lines: number) => string): LogDestination {
  const stdout: NodeJS.WriteStream = process.stdout;
  // `fstat` of a pipe before the server is loaded breaks its named imports of CommonJS modules (Node 20.20).
  const isPipe = stdout instanceof Socket && !stdout.isTTY;
  const output = isPipe ? writeToSocket(stdout) : writeToFile(stdout.isTTY ? openTerminal() : 1);
  const destination = createLogDestination(output, describeDropped);
  process.once('exit', destination.writeRest);
  return destination;
}
