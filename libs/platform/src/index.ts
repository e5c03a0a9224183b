export { ApiKeys, type ApiKey, type ApiKeyWish } from './auth/api-keys.js';
export { DevelopmentIssuer, type TokenAnswer, type TokenWish } from './auth/development-issuer.js';
export { registerDevelopmentIssuer } from './auth/development-issuer-routes.js';
export type { Principal } from './auth/principal.js';
export { ROLES, SCOPES, scopesOf, type Role, type Scope as ScopeName } from './auth/scopes.js';
export {
  clientCredentials,
  ServiceTokens,
  type ClientCredentials,
  type ServiceToken,
  type TokenSource,
} from './auth/service-tokens.js';
export { createTokenVerifier, type TokenVerifier, type TokenVerifierOptions } from './auth/token-verifier.js';
export { backUp, type BackupOptions, type BackupProgress } from './backup/back-up.js';
export { erasureSources, ErasuresUnknown, type EventArchive } from './backup/known-erasures.js';
export { BackupRefused, type Manifest, type RefusalReason } from './backup/manifest.js';
export { reapplyErasures, type ReapplyOptions } from './backup/reapply-erasures.js';
export { restore, type Restored, type RestoreOptions } from './backup/restore.js';
export { assertNotRestoring, RestoreUnfinished } from './backup/restore-mark.js';
export { Batches, type BatchOutcome, type BatchParts, type BatchResult } from './bulk/batches.js';
export { ImportStore, type ImportCounts, type ImportReject, type ImportStatus } from './bulk/import-store.js';
export { Imports, type ImportPage, type ImportParts, type ImportResult } from './bulk/imports.js';
export {
  exactlyOneParty,
  idSchema,
  itemSchema,
  partyFields,
  timestampSchema,
  type ItemFault,
  type ItemSchema,
} from './bulk/item-schema.js';
export {
  outcomeOf,
  outcomeOfError,
  perItem,
  type BulkHandler,
  type BulkItem,
  type ItemOutcome,
  type RecordedFact,
  type RejectedItem,
} from './bulk/outcome.js';
export { Upload, type ImportUpload } from './bulk/upload.js';
export {
  ConfigInvalid,
  describeConfig,
  file,
  loadConfig,
  secret,
  type ConfigEntry,
  type ConfigFault,
  type ConfigRule,
  type Environment,
} from './config/config.js';
export { MigrationsPending } from './deploy/database-ready.js';
export { deployCommands } from './deploy/deploy-commands.js';
export { serveDevelopmentIssuer, type IssuerServer } from './deploy/issuer-server.js';
export { logLevel, port } from './deploy/formats.js';
export { MANAGEMENT_OFFSET, PORTS, urlVariableOf } from './deploy/ports.js';
export { runService, type RunOptions, type ServiceProcess } from './deploy/run-service.js';
export { serviceConfig, serviceVariables, type ServiceConfig, type ServiceVariables } from './deploy/service-config.js';
export { serviceMain } from './deploy/service-main.js';
export { fail, print } from './deploy/verb.js';
export { generateErrorsDoc } from './errors/errors-doc.js';
export { fieldCodes, type FieldCode } from './errors/field-codes.js';
export { allProblems, defineProblems, problemCodes, type ProblemSpec } from './errors/problem-codes.js';
export { problem, problemOf, type Problem, type ProblemAnswer } from './errors/problem.js';
export { HttpFeed } from './feed/http-feed.js';
export { Health, type HealthContributor, type HealthState, type Readiness } from './health/health.js';
export { accepted, Answer, changed, create, created, type LogPlace } from './http/answer.js';
export { ReadAfterTokens } from './http/answer-interceptor.js';
export { CommandHeaders, CommandRequest } from './http/command-request.js';
export { createHttpApp, type HttpApp, type HttpAppOptions, type HttpLimits } from './http/http-app.js';
export { isGiven } from './http/is-given.js';
export { tagged, type TaggedReply } from './http/tagged.js';
export { CURRENCIES, minorDigitsOf, MoneyBody, moneySchema, type Money } from './http/money.js';
export { ParseId } from './http/parse-id.js';
export { partyOf, type PartyNamed } from './http/party-of.js';
export { PLATFORM_SCHEMA } from './http/platform-schema.js';
export { privateFingerprint } from './http/private-fingerprint.js';
export { RateLimits } from './http/rate-limits.js';
export {
  formatReadAfter,
  mergeReadAfter,
  parseReadAfter,
  type LogPosition,
  type ReadAfter,
  type ReadAfterGate,
} from './http/read-after.js';
export { Caller, Describe, Public, ReadModels, Scope, type RouteDescription } from './http/route.js';
export { isDate, isInFuture, isTimestamp } from './http/times.js';
export {
  IsCalendarDate,
  IsId,
  IsOccurredAt,
  isPartyReference,
  IsPartyReference,
  IsTimestamp,
  PartyBody,
} from './http/validators.js';
export { listPage, type ListPage, type ListPageParts, type Row } from './lists/list-page.js';
export { present } from './lists/present.js';
export { parseListQuery, type ListQuery } from './lists/list-query.js';
export type { FieldType, ListField, ListSpec, Operator } from './lists/list-spec.js';
export { createLogger, inContext, type Logger, type LoggerOptions } from './logging/logger.js';
export { createRegistry, type Registry } from './metrics/http-metrics.js';
export type { Reading, ScrapedGauge } from './metrics/scraped-gauge.js';
export { metricsText } from './metrics/metrics-text.js';
export { createManagementServer } from './metrics/management-server.js';
export type { OpenApiDocument, ServiceTitle } from './openapi/document.js';
export { registerDocs, type DocsEntry } from './openapi/swagger-ui.js';
export { hostServices, type Host, type HostOptions } from './host/host-services.js';
export { migrate, sqlMigration, type Migration } from './service/migrations.js';
export {
  openService,
  type EventSource,
  type OpenService,
  type RunningService,
  type ServiceSettings,
} from './service/open-service.js';
export type { ErasedParty } from './service/erase-parties.js';
export { openAtRest, type RestSettings, type ServiceAtRest } from './service/open-at-rest.js';
export { ServiceCallFailed, ServiceClients } from './service/service-clients.js';
export { ServiceContext } from './service/service-context.js';
export { startTracing, type Tracing, type TracingOptions } from './tracing/tracing.js';
export { defineService, type JobDefinition, type ServiceDefinition } from './service/service-definition.js';
