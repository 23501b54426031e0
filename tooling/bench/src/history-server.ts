/** The node that holds everything. Arguments: its store; says where it listens, and stops when its parent lets go. */
import { openFile, startNode } from './history-node.ts'

const [path = ''] = process.argv.slice(2)
const node = await startNode(openFile(path), { isListening: true })
process.on('disconnect', () => void node.stop())
process.send!({ url: node.p2p.listenUrls[0]! })
