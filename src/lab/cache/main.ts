// The process that `start.ts` leaves running for a lab: ADDRESS PORT FOLDER SECURE-HOSTS.
import { aptDownloads } from './download.ts'
import { packageCache } from './server.ts'

const [address, port, folder, secure] = process.argv.slice(2)
if (address === undefined || port === undefined || folder === undefined)
  throw new Error('ADDRESS PORT FOLDER [SECURE-HOSTS]')

packageCache({
  folder,
  download: aptDownloads(),
  secure: (secure ?? '').split(',').filter(Boolean),
  log: line => {
    process.stdout.write(`${line}\n`)
  },
}).listen(Number(port), address)
