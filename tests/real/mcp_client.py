"""Uses `zhubi mcp` as an agent does, through the SDK's client."""

import asyncio
import sys
import tempfile
from pathlib import Path

from mcp import StdioServerParameters, stdio_client
from mcp.client.client import Client

TEXT = "两地携手,共建联盟,\n计划招聘20-30人。\n"


async def use(program: str, folder: Path, mode: str) -> None:
    draft = folder / "稿件.txt"
    draft.write_text(TEXT, encoding="utf-8")
    server = stdio_client(StdioServerParameters(command=program, args=["mcp", "--no-config"], cwd=folder))
    async with Client(server, mode=mode) as client:
        tools = (await client.list_tools()).tools
        names = sorted(tool.name for tool in tools)
        assert names == ["check_file", "check_text", "explain_rule", "propose_fixes"], names
        checked = await client.call_tool("check_text", {"text": TEXT})
        assert not checked.is_error, checked
        first = checked.structured_content["findings"][0]
        assert (first["line"], first["column"], first["rule"]) == (1, 5, "punctuation/halfwidth-comma"), first
        of_file = await client.call_tool("check_file", {"path": str(draft)})
        assert of_file.structured_content == checked.structured_content
        proposal = await client.call_tool("propose_fixes", {"path": str(draft)})
        assert proposal.structured_content["text"].startswith("两地携手，共建联盟，"), proposal
        rule = await client.call_tool("explain_rule", {"rule": "fact/sum"})
        assert "fact/sum" in rule.content[0].text
        wrong = await client.call_tool("check_file", {"path": "nowhere.txt"})
        assert wrong.is_error and "nowhere.txt" in wrong.content[0].text
        print(f"{mode}: version {client.protocol_version}, {len(tools)} tools")
    assert draft.read_text(encoding="utf-8") == TEXT, "the server has changed a draft"


async def main() -> None:
    program = str(Path(sys.argv[1]).resolve())
    for mode in ["legacy", "auto"]:
        with tempfile.TemporaryDirectory() as folder:
            await use(program, Path(folder), mode)


asyncio.run(main())
