# One image for every service and for the command line: docker build --build-arg SERVICE=marketing -f infra/docker/service.Dockerfile .
FROM node:22-bookworm-slim AS build
ARG SERVICE
WORKDIR /src
COPY . .
RUN npm run bundle -- "$SERVICE"

FROM node:22-bookworm-slim
ARG SERVICE
LABEL org.opencontainers.image.title="crm-${SERVICE}"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /src/out/${SERVICE} .
COPY infra/docker/health.mjs .
USER 10001:10001
# The management port answers without a token; a process that starts or migrates has none yet.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["node", "health.mjs"]
ENTRYPOINT ["node", "main.js"]
CMD ["start"]
