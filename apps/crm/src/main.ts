#!/usr/bin/env node
import 'reflect-metadata';
import { deployCommands } from '@crm/platform';
import { Command } from 'commander';
import { apiKeyCommand } from './commands/api-key.js';
import { deadLettersCommand } from './commands/dead-letters.js';
import { demoCommand } from './commands/demo.js';
import { devIssuerCommand } from './commands/dev-issuer.js';
import { feedCheckCommand } from './commands/feed-check.js';
import { importCommand } from './commands/import.js';
import { loopCommand } from './commands/loop.js';
import { rebuildCommand } from './commands/rebuild.js';
import { tokenCommand } from './commands/token.js';
import { upCommand } from './commands/up.js';
import { verifyCommand } from './commands/verify.js';
import { definitions } from './embedded/embedded-stack.js';
import { fail } from './output.js';

const program = new Command('crm')
  .description('Closed-loop CRM: five event-sourced services, in one process or each in its own')
  .showHelpAfterError('(crm <verb> --help tells more)')
  .addCommand(upCommand())
  .addCommand(demoCommand())
  .addCommand(tokenCommand())
  .addCommand(apiKeyCommand())
  .addCommand(importCommand())
  .addCommand(verifyCommand())
  .addCommand(rebuildCommand())
  .addCommand(deadLettersCommand())
  .addCommand(loopCommand())
  .addCommand(devIssuerCommand());
for (const command of deployCommands(definitions))
  program.addCommand(command.name() === 'feed' ? command.addCommand(feedCheckCommand()) : command);

await program.parseAsync().catch(fail);
