/** The lines that examples show, and who wrote them. */

export const EXAMPLE_KEY = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
export const EXAMPLE_ID = '4c5a4bb0f2b6d9f1c1a8e0b7d3f26a9584e3b0c7d1f2a3b4c5d6e7f8091a2b3c'

/** A private room, and the key that somebody writes with there. */
export const EXAMPLE_ROOM = `p.${'1f2e3d4c5b'.repeat(4)}`
export const EXAMPLE_ROOM_KEY = '3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29'

export const EXAMPLE_AUTHOR = {
  key: EXAMPLE_KEY,
  nick: 'ann',
  tag: 'eh7ddx5bks',
  held: false,
  from: null,
  verified: null,
  room_key: null,
  known_as: null,
}

export const EXAMPLE_MESSAGE = {
  seq: 42,
  id: EXAMPLE_ID,
  room: 'dchat',
  kind: 'text' as const,
  author: EXAMPLE_AUTHOR,
  text: 'hello',
  time: 1_795_687_200_000,
  received: 1_795_687_200_004,
  own: true,
  delivery: { state: 'sent' as const, written: 3, held: 0 },
  retracted: false,
  mention: false,
  encrypted: null,
  invitation: null,
}

export const EXAMPLE_PENDING = { ...EXAMPLE_MESSAGE, delivery: { state: 'stored' as const, written: 0, held: 0 } }

export const EXAMPLE_LINE_DELIVERY = {
  state: 'sent' as const,
  written: 1,
  held: 0,
  peers: [{ url: 'tcp+tls://203.0.113.7:26662/', channel: 7, state: 'written' as const, time: 1_795_687_200_004 }],
  is_complete: true,
}
