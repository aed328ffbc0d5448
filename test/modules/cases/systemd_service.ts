export { cases } from './systemd.ts'
