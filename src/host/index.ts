export { connect } from './connect.ts'
export { ConnectedMachine } from './machine.ts'
export { Pool } from './pool.ts'
