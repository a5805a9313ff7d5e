export interface SentRequest {
  method: string;
  url: URL;
  prefer: string;
  body: unknown;
}

/** What the client asked PostgREST for, in order. */
export const sent: SentRequest[] = [];

/** In the place of the network: writes down the request and answers with no rows. */
export const recordingFetch: typeof fetch = async (input, init) => {
  const url = new URL(String(input instanceof Request ? input.url : input));
  const headers = new Headers(init?.headers);
  const body = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
  sent.push({ method: init?.method ?? 'GET', url, prefer: headers.get('Prefer') ?? '', body });
  return new Response('[]', { status: 200, headers: { 'content-type': 'application/json', 'content-range': '0-0/0' } });
};

/** The client wants a WebSocket when it is made; none is opened. */
export const NoSocket = class {} as never;
