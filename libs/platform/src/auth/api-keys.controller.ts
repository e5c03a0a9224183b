import { Body, Controller, Delete, Get, HttpCode, Param, Post, type Type } from '@nestjs/common';
import { Type as Schema } from '@sinclair/typebox';
import { ArrayNotEmpty, IsArray, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { Caller, Describe, Scope } from '../http/route.js';
import { IsTimestamp } from '../http/validators.js';
import { API_KEY_ROLES, ApiKeys, type ApiKey } from './api-keys.js';
import type { Principal } from './principal.js';

export class CreateApiKeyBody {
  @IsString() @Length(1, 100) readonly name!: string;
  @IsArray() @ArrayNotEmpty() @IsIn(API_KEY_ROLES, { each: true }) readonly roles!: string[];
  @IsOptional() @IsTimestamp() readonly expiresAt?: string;
}

const madeKey = Schema.Object({
  id: Schema.String(),
  name: Schema.String(),
  key: Schema.String({ description: 'Shown once' }),
});

/** Routes for the API keys of one service; the second segment lets a gateway route by the service's name. */
export function apiKeysController(serviceName: string): Type {
  @Controller(`v1/api-keys/${serviceName}`)
  class ApiKeysController {
    constructor(private readonly apiKeys: ApiKeys) {}

    @Post()
    @Scope('api-keys:manage')
    @Describe({ summary: 'Make an API key', response: madeKey, status: 201 })
    async create(
      @Body() body: CreateApiKeyBody,
      @Caller() caller: Principal,
    ): Promise<{ id: string; name: string; key: string }> {
      const { id, key } = await this.apiKeys.create(body, caller.actor);
      return { id, name: body.name, key };
    }

    @Get()
    @Scope('api-keys:manage')
    @Describe({ summary: 'The API keys, without their secrets' })
    async list(): Promise<{ items: readonly ApiKey[]; next: null }> {
      return { items: await this.apiKeys.list(), next: null };
    }

    @Delete(':id')
    @HttpCode(204)
    @Scope('api-keys:manage')
    @Describe({ summary: 'Revoke an API key', status: 204 })
    async revoke(@Param('id') id: string): Promise<void> {
      await this.apiKeys.revoke(id);
    }
  }
  return ApiKeysController;
}
