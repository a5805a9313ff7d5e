const CHUNK_CHARACTERS = 1 << 16;

/**
 * `COPY … FROM STDIN` for pg, which has the protocol's messages but no public way to send them.
 * `client.query(copyIn(text, lines, resolve, reject))` sends each line, in COPY's text format and with its final newline.
 */
class CopyIn {
  constructor(text, lines, resolve, reject) {
    this.text = text;
    this.lines = lines;
    this.resolve = resolve;
    this.reject = reject;
  }

  submit(connection) {
    connection.query(this.text);
  }

  async handleCopyInResponse(connection) {
    try {
      let chunk = '';
      for (const line of this.lines) {
        chunk += line;
        if (chunk.length >= CHUNK_CHARACTERS) {
          connection.sendCopyFromChunk(Buffer.from(chunk));
          chunk = '';
          await drained(connection.stream);
        }
      }
      connection.sendCopyFromChunk(Buffer.from(chunk));
      connection.endCopyFrom();
    } catch (error) {
      connection.sendCopyFail(error.message);
    }
  }

  handleCommandComplete() {}

  handleError(error) {
    this.error = error;
    this.reject(error);
  }

  handleReadyForQuery() {
    if (!this.error) {
      this.resolve();
    }
  }
}

/** Sends the lines to the server, no faster than it takes them. */
export function copyIn(client, text, lines) {
  return new Promise((resolve, reject) => client.query(new CopyIn(text, lines, resolve, reject)));
}

function drained(stream) {
  if (!stream.writableNeedDrain) {
    return undefined;
  }
  return new Promise((resolve, reject) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('close', closed);
      resolve();
    };
    const closed = () => {
      stream.off('drain', done);
      reject(new Error('The connection was closed'));
    };
    stream.once('drain', done);
    stream.once('close', closed);
  });
}
