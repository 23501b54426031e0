import { describe, expect, it } from 'vitest'
import { ANN, CATS, INVITATION, WITH_ANN, verificationOf } from '../testing/people.ts'
import { aMessage } from '../testing/builders.ts'
import { toAuthor, toAuthors, toMessage, toPostPlace, toRooms, toVerification } from './ingress.ts'

const listed = (room: string, fields: object = {}): object => ({
  room,
  joined: true,
  unread: 3,
  mentions: 1,
  last_seq: 9,
  read_seq: 5,
  ...fields,
})

describe('rooms from the daemon', () => {
  it('are those that are joined, whole in name, safe to show', () => {
    const counts = { unread: 3, mentions: 1, lastSeq: 9, readSeq: 5 }
    const plain = { kind: 'public', name: null, author: null, ...counts, topic: null, level: 'all' }
    const hostile = { kind: 'private', name: '\u001b[2Jcats\n1:dchat', author: null }
    expect(
      toRooms([
        listed('cats', { topic: 'no\u001b[2J\ndogs', level: 'mentions' }),
        listed('left', { joined: false }),
        listed(CATS.room, hostile),
        listed(WITH_ANN.room, { kind: 'direct', author: ANN }),
      ]),
    ).toEqual([
      { ...plain, room: 'cats', topic: 'no␛␊dogs', level: 'mentions' },
      { ...plain, room: CATS.room, kind: 'private', name: '␛cats 1:dchat' },
      { ...plain, room: WITH_ANN.room, kind: 'direct', author: ANN },
    ])
  })

  it('are told apart by their names where an earlier daemon tells no kind', () => {
    expect(toRooms([listed('cats'), listed(CATS.room), listed(WITH_ANN.room)]).map(({ kind }) => kind)).toEqual([
      'public',
      'private',
      'direct',
    ])
  })

  it('show a part of the id where two private ones have one name', () => {
    const other = `p.${'d'.repeat(40)}`
    const names = toRooms([listed(CATS.room, { name: 'cats' }), listed(other, { name: 'Cats' }), listed('p.e', { name: 'dogs' })])
    expect(names.map(({ name }) => name)).toEqual(['cats#cccccccc', 'Cats#dddddddd', 'dogs'])
  })

  it.each([[null], ['x'], [[1, null, { room: 5, joined: true }, { room: '', joined: true }]]])('are none in %j', (value) => {
    expect(toRooms(value)).toEqual([])
  })
})

describe('what belongs to encrypted lines', () => {
  it('keeps ids whole, text to be accepted, and names safe', () => {
    const invitation = { room: CATS.room, name: 'a\u202eb\nc', replaces: CATS.room, joined: false }
    expect(toMessage({ ...aMessage(1), room: WITH_ANN.room, text: INVITATION, encrypted: 'direct', invitation })).toMatchObject({
      room: WITH_ANN.room,
      text: INVITATION,
      encrypted: 'direct',
      invitation: { room: CATS.room, name: 'ab c', replaces: CATS.room, joined: false },
    })
    expect(toMessage({ ...aMessage(1), encrypted: 'rot13', invitation: 'x' })).toMatchObject({
      encrypted: null,
      invitation: null,
    })
  })

  it('takes nothing for a key that is none', () => {
    expect(toAuthor({ ...ANN, known_as: '\u001b[2J', verified: 'yes' })).toMatchObject({ known_as: null, verified: null })
    expect(toAuthor({ ...ANN, known_as: ANN.key })).toMatchObject({ known_as: ANN.key })
    expect(toAuthors([ANN, null, 'x'])).toEqual([ANN])
    expect(toAuthors({})).toEqual([])
  })

  it('takes digits, and the place of a post, only as they should be', () => {
    expect(toVerification(verificationOf(ANN, { nick: 'a\nb' }))).toMatchObject({ key: ANN.key, nick: 'a b', pinned: false })
    expect(toVerification({ digits: '1' })).toBeNull()
    expect(toPostPlace({ id: 'ab', time: 5 })).toEqual({ id: 'ab', time: 5 })
    expect(toPostPlace({ id: null, time: null })).toBeNull()
  })
})
