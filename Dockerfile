FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements/run.txt requirements/newer.txt requirements/build.txt requirements/
RUN python -m venv /opt/quoth \
 && /opt/quoth/bin/pip install --only-binary=:all: --require-hashes -r requirements/run.txt -r requirements/newer.txt \
 && python -m venv /opt/build \
 && /opt/build/bin/pip install --only-binary=:all: --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY quotes quotes
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheel . \
 && /opt/quoth/bin/pip install --no-deps --no-index /wheel/*.whl \
 && /opt/quoth/bin/quoth check

FROM python:3.12-slim-bookworm
RUN groupadd --system --gid 10001 quoth \
 && useradd --system --uid 10001 --gid quoth --home-dir /data --shell /usr/sbin/nologin quoth \
 && install --directory --owner=quoth --group=quoth --mode=0700 /data
COPY --from=build /opt/quoth /opt/quoth
ENV PATH=/opt/quoth/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    QUOTH_DATA=/data \
    QUOTH_HEALTH_FILE=/data/alive
WORKDIR /data
VOLUME /data
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["quoth", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["quoth"]
CMD ["run"]
