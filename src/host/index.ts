export { connect } from './connect.ts'
export { DUE_PLACE, dueAdd, dueProbe, dueRemove } from './due.ts'
export { fetchFile } from './fetch.ts'
export { guarded } from './guard.ts'
export { lock, lockRefusal, type Holder } from './lock.ts'

export { Pool } from './pool.ts'
export { putFailure, putRequests } from './put.ts'
export { asSmallFile, putManyRequest, type SmallFile } from './putmany.ts'
