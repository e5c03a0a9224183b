import { createHash } from 'node:crypto';

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  password_encryption: 'scram-sha-256',
  idle_in_transaction_session_timeout: '60s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  jit: 'off',
  // A statement, its parameters or the text of an error can hold personal values; what fails is reported to the
  // client, and the log keeps what concerns the server.
  log_destination: 'stderr',
  logging_collector: 'off',
  log_line_prefix: '%m [%p] ',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_statement: 'none',
  log_duration: 'off',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
};

/** Marks a running server as started by this code with these settings. */
export const CLUSTER_NAME = `crm-${createHash('sha256').update(JSON.stringify(SETTINGS)).digest('hex').slice(0, 12)}`;

/** The command line of the server, so that no edited file in the cluster can weaken a setting. */
export function serverArguments(cluster: string, port: number): readonly string[] {
  const settings = { ...SETTINGS, port: String(port), cluster_name: CLUSTER_NAME };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
