/** The line that examples show. */
export const EXAMPLE_MESSAGE = {
  seq: 42,
  id: null,
  room: 'dchat',
  kind: 'text' as const,
  author: { key: null, nick: 'ann', tag: null, from: null },
  text: 'hello',
  time: null,
  received: 1_795_687_200_000,
  own: true,
  delivery: { state: 'sent' as const, written: 3, held: 0 },
}
