-- Works on the draft that is open as its author would. Any failure ends Neovim with an error.

local function fail(message)
  io.stderr:write("FAILED: " .. message .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, condition)
  if not vim.wait(60000, condition, 20) then
    fail("waited in vain: " .. what .. "\n" .. vim.inspect(vim.diagnostic.get(0)))
  end
end

local function rules()
  local found = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(0)) do
    found[diagnostic.code] = (found[diagnostic.code] or 0) + 1
  end
  return found
end

local function ask(client, method, params)
  local answer, problem = client.request_sync(method, params, 60000, 0)
  if not answer or answer.err then
    fail(method .. ": " .. vim.inspect(problem or answer.err))
  end
  return answer.result
end

local function actions(client, line, character, only)
  local place = { line = line, character = character }
  return ask(client, "textDocument/codeAction", {
    textDocument = vim.lsp.util.make_text_document_params(0),
    range = { start = place, ["end"] = place },
    context = { diagnostics = {}, only = only },
  })
end

local function action(list, start)
  for _, it in ipairs(list) do
    if it.title:sub(1, #start) == start then
      return it
    end
  end
  fail("no action " .. start .. ": " .. vim.inspect(list))
end

local function main()
  local id = vim.lsp.start_client({ name = "zhubi", cmd = { vim.env.ZHUBI, "lsp" }, root_dir = vim.fn.getcwd() })
  vim.bo.filetype = "text"
  vim.lsp.buf_attach_client(0, id)
  local client = vim.lsp.get_client_by_id(id)
  wait("diagnostics", function() return rules()["punctuation/halfwidth-comma"] == 3 end)

  -- As typed.
  vim.api.nvim_buf_set_lines(0, 1, 2, false, { "他按装了电灯。" })
  wait("diagnostics of what was typed", function() return rules()["typo/homophone"] == 1 end)

  -- One fix, behind a character beyond the Basic Multilingual Plane.
  local line = vim.api.nvim_buf_get_lines(0, 0, 1, false)[1]
  local _, character = vim.str_utfindex(line, line:find(",真", 1, true) - 1)
  local fix = action(actions(client, 0, character, { "quickfix" }), "“,”改为“，”")
  vim.lsp.util.apply_workspace_edit(fix.edit, client.offset_encoding)
  line = vim.api.nvim_buf_get_lines(0, 0, 1, false)[1]
  if line ~= "两地携手,共建联盟,😀很好，真的。" then fail("the fix made: " .. line) end
  wait("one comma less", function() return rules()["punctuation/halfwidth-comma"] == 2 end)

  -- A place stands, and is known to stand.
  local let_stand = action(actions(client, 0, 4, { "quickfix" }), "保留")
  ask(client, "workspace/executeCommand", let_stand.command)
  wait("a place stands", function() return rules()["punctuation/halfwidth-comma"] == 1 end)
  if vim.fn.filereadable(".zhubi-stet.toml") ~= 1 then fail("no suppression list") end

  -- Everything that is safe.
  local all = action(actions(client, 0, 0, { "source.fixAll" }), "可直接改的")
  vim.lsp.util.apply_workspace_edit(all.edit, client.offset_encoding)
  wait("safe fixes", function() return rules()["punctuation/halfwidth-comma"] == nil end)

  -- Settings that change.
  vim.fn.writefile({ 'only = ["punctuation"]' }, "zhubi.toml")
  wait("other settings", function() return rules()["typo/homophone"] == nil end)

  local hover = ask(client, "textDocument/hover", {
    textDocument = vim.lsp.util.make_text_document_params(0),
    position = { line = 0, character = 0 },
  })
  if hover then fail("a hover where nothing is") end

  vim.lsp.stop_client(id)
  wait("the end", function() return vim.lsp.client_is_stopped(id) end)
  io.stderr:write("Neovim: ok\n")
  vim.cmd("qall!")
end

local ok, problem = pcall(main)
if not ok then fail(tostring(problem)) end
