/** What was sent, in order. */
export const sent: { sql: string; parameters: readonly unknown[] }[] = [];

const isControl = /^(?:begin|commit|rollback|savepoint|release)/i;

/** Stands for a pg client. */
export const recordingClient = {
  async query(config: string | { text: string; rowMode?: string; name?: string }, parameters: unknown[] = []) {
    const { text, rowMode } = typeof config === 'string' ? { text: config, rowMode: undefined } : config;
    if (!isControl.test(text)) sent.push({ sql: text, parameters });
    if (rowMode === 'array') return { rows: /json_build_array/.test(text) ? [] : [Array(60).fill('1')], rowCount: 1 };
    return { rows: [{ count: '1', id: 1 }], rowCount: 1 };
  },
};

/** Stands for Neon's client over HTTP. */
export const recordingNeon = Object.assign(
  async (text: string, parameters: unknown[] = []) => {
    sent.push({ sql: text, parameters });
    return { rows: [], rowCount: 0, fields: [] };
  },
  {
    transaction: async (queries: Promise<unknown>[]) => Promise.all(queries),
  },
);
