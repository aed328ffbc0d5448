import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { NotFound, packageStore, type Download } from './store.ts'

/** What a package cache is made of. */
export interface Cache {
  /** Where the files are kept. */
  readonly folder: string
  readonly download: Download
  /** Hosts that are to be asked over TLS, although our clients ask us in the clear. */
  readonly secure: readonly string[]
  /** Is given a line for each request: `hit|miss|stale|error URL`. */
  readonly log: (line: string) => void
}

/** An HTTP proxy that keeps the packages and indexes that it has fetched. */
export const packageCache = ({ folder, download, secure, log }: Cache): Server => {
  const store = packageStore(folder, download)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = proxied(request)
    if (url === undefined) {
      refuse(response, 400, 'this is a proxy for package archives')
      return
    }
    if (secure.includes(url.host)) url.protocol = 'https:'
    try {
      const found = await store.get(url)
      log(`${found.kind} ${url.href}`)
      await send(found.file, request, response)
    } catch (error) {
      log(`error ${url.href} ${String(error)}`)
      refuse(response, error instanceof NotFound ? 404 : 502, String(error))
    }
  }

  return createServer((request, response) => void answer(request, response))
}

// Only an absolute http address is a proxy request; anything else was not meant for us.
const proxied = ({ method, url = '' }: IncomingMessage): URL | undefined =>
  (method === 'GET' || method === 'HEAD') && url.startsWith('http://') && URL.canParse(url)
    ? new URL(url)
    : undefined

const send = async (
  file: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { mtime, size } = await stat(file)
  const since = Date.parse(request.headers['if-modified-since'] ?? '')
  response.setHeader('Last-Modified', mtime.toUTCString())
  if (Math.floor(mtime.getTime() / 1000) * 1000 <= since) {
    response.writeHead(304).end()
    return
  }
  response.writeHead(200, { 'Content-Length': size })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  const content = createReadStream(file)
  try {
    await pipeline(content, response)
  } catch (error) {
    // A client may hang up as soon as it has all of it.
    if (content.bytesRead < size) throw error
  }
}

const refuse = (response: ServerResponse, status: number, why: string): void => {
  // Half an answer cannot be taken back; a cut connection tells the client to try again.
  if (response.headersSent) response.destroy()
  else response.writeHead(status, { 'Content-Type': 'text/plain' }).end(`${why}\n`)
}
