/** What subscriptions send: the parameters of each notification. */
import { String } from 'typebox/type'
import { netEvent } from './network-shapes.ts'
import { nullable, record, seq, unixTime } from './parts.ts'
import { author, delivery, message, syncProgress } from './shapes.ts'

const subscription = String({ description: 'Id of the subscription, as `chat.subscribe` gave it.' })

export const NOTIFICATIONS = {
  'chat.message': record({ subscription, message }, 'A line that was stored.'),
  'chat.delivery': record(
    {
      subscription,
      seq: seq('Which line.'),
      delivery,
      id: nullable(String(), 'Hex id of its post, of a line that waited for a box key and became one now; null for all others.'),
      time: nullable(unixTime('ms', 'When it was made.'), 'Unix ms of that post; null for all others.'),
    },
    'How far an own line got.',
  ),
  'chat.retracted': record(
    {
      subscription,
      seq: seq('Which line.'),
      id: String({ description: 'Hex id of its post.' }),
    },
    'A line that was sent before was taken back by its author: it is not to be shown any longer.',
  ),
  'chat.room': record(
    {
      subscription,
      room: nullable(String(), 'Which room; null for more rooms than are remembered for a slow client.'),
    },
    'What `chat.rooms` tells of a room is another than before, beside new lines: joined or left, read, the topic, what is to be told of it.',
  ),
  'chat.nick': record(
    {
      subscription,
      author: nullable(
        author,
        'Who, as he is to be shown from now on; null for more people than are remembered for a slow client.',
      ),
    },
    'Somebody is to be shown another way than before, in old lines too: his nick changed, whether it is held, or what other key is known under it.',
  ),
  'chat.progress': record(
    { subscription, sync: syncProgress },
    'How far history has been fetched from peers, at most a few times a second, and when it is done.',
  ),
  'net.event': netEvent,
  'chat.lagged': record(
    { subscription, resume: seq('The last line before the gap.') },
    'The client took too little for too long. Lines stored after `resume` and before the next `chat.message` were not sent. The ' +
      'subscription goes on; `chat.history {since: resume}` has the missing lines. Who subscribes again with `since: resume` instead ' +
      'may miss news of older lines. Lines are told apart by `seq`.',
  ),
}
