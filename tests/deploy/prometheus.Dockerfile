# hadolint ignore=DL3007
FROM prom/prometheus:latest
USER 0
RUN mkdir /prometheus && chown 65534 /prometheus
USER 65534
