export { LocalStackError, MissingProgram } from './errors.js';
export { type FaultMode } from './fault-proxy/fault-mode.js';
export { startFaultProxy, type Endpoint, type FaultProxy, type FaultProxyOptions } from './fault-proxy/fault-proxy.js';
export { type GatewayOptions, type GatewayTargets } from './gateway/configuration.js';
export { startGateway, type GatewayProcessOptions } from './gateway/gateway.js';
export { startKafka, type LocalKafka } from './kafka/kafka.js';
export { type KafkaOptions } from './kafka/settings.js';
export { end, kill, type ProcessIdentity } from './processes/identity.js';
export { freePorts } from './processes/ports.js';
export { type LoggedProcess } from './processes/spawn-logged.js';
export { findProgram, type Program } from './programs.js';
export { startRedis, type LocalRedis, type RedisOptions } from './redis/redis.js';
export { stackDown, type StackDownOptions } from './stack/down.js';
export { type Instance, type StackLayout } from './stack/layout.js';
export { parseBasePort, parseInstances, type StackSettings } from './stack/settings.js';
export { Stack } from './stack/stack.js';
export { type RecordedProcess, type RecordedService, type StackState } from './stack/state.js';
export { stackStatus, type ProcessStatus, type StackStatus } from './stack/status.js';
export { stackUp, type StackUpOptions } from './stack/up.js';
export {
  chooseTestServers,
  startTestBroker,
  startTestRedis,
  type TestServer,
  type TestServerChoice,
  type TestServerSource,
} from './test-servers/test-servers.js';
