// Ends with 0 when the daemon of this container is ready: asks /readyz on the socket of dchatd or lilith, whichever is there.
import { readdirSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'

const folder = join(process.env.DCHAT_HOME ?? '/data', 'run')

function unhealthy(reason) {
  console.error(reason)
  process.exit(1)
}

let socket
try {
  socket = readdirSync(folder).find((name) => name.endsWith('.sock'))
} catch {
  // There is no such folder: no daemon has listened yet.
}
if (socket === undefined) unhealthy(`no daemon listens in ${folder}`)
get({ socketPath: join(folder, socket), path: '/readyz', timeout: 4_000 }, (response) => {
  response.setEncoding('utf8')
  let text = ''
  response.on('data', (chunk) => {
    text += chunk
  })
  response.on('end', () => {
    if (response.statusCode !== 200) unhealthy(text)
    console.log(text)
  })
})
  .on('timeout', () => unhealthy('it does not answer'))
  .on('error', (error) => unhealthy(error.message))
